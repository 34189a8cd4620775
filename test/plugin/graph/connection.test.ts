import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../plugin/graph/connection.ts';
import { GraphUnavailableError } from '../../../plugin/graph/errors.ts';
import { neo4j } from '../../support/engines.ts';

describe('a Neo4j that dies while it is spoken to', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** The way to Neo4j, which is cut when so many chunks of the client's have gone through. */
  async function cutAfter(chunks: number): Promise<string> {
    const { hostname, port } = new URL(neo4j.uri);
    server = createServer((client) => {
      const graph = connect(Number(port), hostname);
      const cut = () => {
        client.destroy();
        graph.destroy();
      };
      let gone = 0;
      client.on('data', (chunk) => (gone++ < chunks ? graph.write(chunk) : cut())).on('error', cut).on('close', cut);
      graph.on('data', (chunk) => client.write(chunk)).on('error', cut).on('close', cut);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `bolt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  // The handshake, the greeting, the login, the beginning of a transaction, a statement.
  it.each([0, 1, 2, 3, 4])('is away, whatever it was told by then (%i chunks)', async (chunks) => {
    const connection = new Connection({ ...neo4j, uri: await cutAfter(chunks) });
    await expect(connection.write((run) => run('RETURN 1'))).rejects.toThrow(GraphUnavailableError);
    await connection.close();
  });

  it('is as good as away once we close the connection, so that nothing that was under way is held against a record', async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connection = new Connection({ ...neo4j, uri: `bolt://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const called = once(server, 'connection');
    const written = expect(connection.write((run) => run('RETURN 1'))).rejects.toThrow(GraphUnavailableError);
    await called;
    await connection.close();
    await written;
  });

  it('is not away as soon as it answers', async () => {
    const connection = new Connection({ ...neo4j, uri: await cutAfter(Infinity) });
    expect(await connection.write((run) => run('RETURN 1 AS one'))).toEqual([{ one: 1 }]);
    await connection.close();
  });
});
