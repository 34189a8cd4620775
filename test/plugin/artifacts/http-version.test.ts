import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BadArtifactError, dataset } from '../../../plugin/activity.ts';
import { lookThrough } from '../../../plugin/model/look.ts';

const BYTES = 'some text that is worth being compressed. '.repeat(50);

describe('what lies at an HTTP URL', () => {
  let server: Server;
  let base: string;
  let asked: IncomingMessage[] = [];

  const answers: { [path: string]: (request: IncomingMessage, response: ServerResponse) => void } = {
    '/strong': (_, response) => response.writeHead(200, { etag: '"9b2c-2"', 'content-length': 12 }).end(),
    '/weak': (_, response) => response.writeHead(200, { etag: 'W/"9b2c"' }).end(),
    '/none': (_, response) => response.writeHead(200).end(),
    '/moved': (_, response) => response.writeHead(302, { location: '/strong' }).end(),
    '/round': (_, response) => response.writeHead(302, { location: '/round' }).end(),
    '/gone': (_, response) => response.writeHead(404, { etag: '"page-of-errors"' }).end(),
    '/get-only': (_, response) => response.writeHead(405).end(),
    '/broken': (_, response) => response.destroy(),
    '/silent': () => undefined,
    // As servers do that compress on the way: what is compressed has another length and another ETag.
    '/text': (request, response) => {
      const zipped = /gzip/.test(request.headers['accept-encoding'] ?? '');
      if (zipped) response.writeHead(200, { etag: '"text-gzip"', 'content-encoding': 'gzip', 'content-length': gzipSync(BYTES).length }).end();
      else response.writeHead(200, { etag: '"text"', 'content-length': BYTES.length }).end();
    },
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      answers[new URL(request.url!, 'http://x').pathname]!(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => void (asked = []));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('has the strong ETag that its server gives as its version', async () => {
    expect(await dataset({ uri: `${base}/strong` })).toEqual({ kind: 'dataset', uri: `${base}/strong`, version: 'etag:9b2c-2', size: 12 });
    expect(asked.map(({ method, url }) => [method, url])).toEqual([['HEAD', '/strong']]);
    expect(asked[0]!.headers).not.toHaveProperty('authorization');
    expect(asked[0]!.headers).not.toHaveProperty('cookie');
  });

  it('is asked for where redirects lead', async () => {
    expect(await dataset({ uri: `${base}/moved` })).toMatchObject({ uri: `${base}/moved`, version: 'etag:9b2c-2' });
  });

  it('is asked for as it is, not as it is compressed', async () => {
    expect(await dataset({ uri: `${base}/text` })).toMatchObject({ version: 'etag:text', size: BYTES.length });
  });

  it('is asked for with the permit that its URL holds, which is not kept', async () => {
    expect(await dataset({ uri: `${base}/strong?token=permit-1` })).toMatchObject({ uri: `${base}/strong`, version: 'etag:9b2c-2' });
    expect(asked[0]!.url).toBe('/strong?token=permit-1');
  });

  it.each([
    ['/weak', /gives a weak ETag only/], ['/none', /gives no ETag/], ['/gone', /answers HEAD with 404/], ['/get-only', /answers HEAD with 405/],
    ['/broken', /could not be asked \(UND_ERR_SOCKET\)/], ['/round', /could not be asked/], ['/silent', /no answer within 5 seconds/],
  ])('needs a version where the server gives none: %s', async (path, why) => {
    const answer = dataset({ uri: base + path });
    await expect(answer).rejects.toThrow(BadArtifactError);
    await expect(answer).rejects.toThrow(/needs a version, an etag or a sha256: /);
    await expect(answer).rejects.toThrow(why);
  });

  it('needs one where no server is', async () => {
    await expect(dataset({ uri: 'http://127.0.0.1:1/x' })).rejects.toThrow(/could not be asked/);
  });

  it.each([{ version: 'v1' }, { etag: '"abc"' }, { sha256: 'a'.repeat(64) }, { path: import.meta.filename }])('is not asked for with %j', async (known) => {
    await dataset({ uri: `${base}/strong`, ...known });
    expect(asked).toEqual([]);
  });

  it('is not asked for when it is only met in a value', () => {
    expect(lookThrough({ at: `${base}/strong` }).mentions).toHaveLength(1);
    expect(asked).toEqual([]);
  });
});
