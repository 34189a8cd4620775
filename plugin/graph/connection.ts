// Runs in: worker, server, CLI. The connection to Neo4j, and its failures in words.
import neo4j, { type Driver, type ManagedTransaction, Neo4jError } from 'neo4j-driver';
import { currentBounds, orAborted } from './bounds.ts';
import { GraphUnavailableError, TookTooLongError } from './errors.ts';

export interface GraphAddress {
  /** `bolt://`, or `neo4j://` for a cluster. */
  uri: string;
  username: string;
  password: string;
  /** Default: `neo4j`. */
  database?: string;
}

/** The address that NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE give. */
export function addressFromEnvironment(env: NodeJS.ProcessEnv = process.env): GraphAddress {
  return {
    uri: env.NEO4J_URI ?? 'bolt://127.0.0.1:7687',
    username: env.NEO4J_USERNAME ?? 'neo4j',
    password: env.NEO4J_PASSWORD ?? '',
    database: env.NEO4J_DATABASE ?? 'neo4j',
  };
}

export type Row = { [name: string]: unknown };
/** Runs one statement within a transaction. */
export type Query = (query: string, parameters?: Row) => Promise<Row[]>;

export class Connection {
  readonly #driver: Driver;
  readonly #address: Required<GraphAddress>;
  #isClosed = false;

  /** Nothing is asked of Neo4j before the first query. @throws GraphUnavailableError for an address that is none */
  constructor(address: GraphAddress) {
    this.#address = { database: 'neo4j', ...address };
    try {
      this.#driver = neo4j.driver(address.uri, neo4j.auth.basic(address.username, address.password), {
        disableLosslessIntegers: true,
        connectionTimeout: 5_000,
        connectionAcquisitionTimeout: 10_000,
        maxTransactionRetryTime: 1_500,
        userAgent: 'temporal-provenance',
      });
    } catch (error) {
      throw new GraphUnavailableError(
        `'${address.uri}' is no address of a Neo4j server (${(error as Error).message}): NEO4J_URI should look like bolt://127.0.0.1:7687 or neo4j://host:7687`,
      );
    }
  }

  /** A read, which any member of a cluster may serve, and which ends with the question that it is for. @throws GraphUnavailableError, TookTooLongError */
  read<T>(work: (run: Query) => Promise<T>): Promise<T> {
    const limit = currentBounds();
    if (!limit) return this.#session('READ', (session) => session.executeRead((tx) => work(runner(tx))));
    // Ended by Neo4j itself too, should this process be too busy, or gone. Closing the session ends what is under way.
    const timeout = Math.max(1, Math.ceil(limit.left()));
    return this.#session('READ', (session) => orAborted(limit.signal, session.executeRead((tx) => work(runner(tx)), { timeout })));
  }

  /** @throws GraphUnavailableError */
  write<T>(work: (run: Query) => Promise<T>): Promise<T> {
    return this.#session('WRITE', (session) => session.executeWrite((tx) => work(runner(tx))));
  }

  /** What is under way then fails as if Neo4j were away. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#driver.close();
  }

  async #session<T>(mode: 'READ' | 'WRITE', work: (session: ReturnType<Driver['session']>) => Promise<T>): Promise<T> {
    const session = this.#driver.session({ database: this.#address.database, defaultAccessMode: mode });
    try {
      return await work(session);
    } catch (error) {
      throw this.#isClosed ? new GraphUnavailableError(`the connection to Neo4j at ${this.#address.uri} was closed`, { cause: error }) : inWords(error, this.#address);
    } finally {
      await session.close().catch(() => undefined);
    }
  }
}

function runner(tx: ManagedTransaction): Query {
  return async (query, parameters = {}) =>
    (await tx.run(query, parameters)).records.map((record) => record.toObject());
}

/** The server blames itself, or its memory: a full disk or a broken store reads so, but so does a record that is too much for it. */
export function isServersTrouble(error: unknown): boolean {
  return error instanceof Neo4jError && /^Neo\.DatabaseError\.|MemoryPool|OutOfMemory/i.test(error.code);
}

function inWords(error: unknown, { uri, username, database }: Required<GraphAddress>): unknown {
  if (!(error instanceof Neo4jError)) return error;
  if (/TransactionTimedOut/.test(error.code)) return new TookTooLongError('this took longer than it may, and Neo4j has ended it', { cause: error });
  const say = (sentence: string) => new GraphUnavailableError(sentence, { cause: error });
  if (/Security\.(Unauthorized|Credentials|Authentication)/.test(error.code)) {
    return say(`Neo4j at ${uri} refuses the user '${username}' or the password: set NEO4J_USERNAME and NEO4J_PASSWORD`);
  }
  if (/Security/.test(error.code)) return say(`Neo4j at ${uri} does not allow this to the user '${username}': ${error.message}`);
  if (error.code === 'Neo.ClientError.Database.DatabaseNotFound') {
    return say(`Neo4j at ${uri} has no database '${database}': set NEO4J_DATABASE`);
  }
  // A server that dies while a connection is just logging in leaves a 'ProtocolError'.
  if (['ServiceUnavailable', 'SessionExpired', 'ProtocolError'].includes(error.code) || error.message.startsWith('Connection acquisition timed out')) {
    return say(`can't reach Neo4j at ${uri}: is it running there? Set NEO4J_URI to where it is, or start it with 'npm run engines'`);
  }
  if (!/MemoryPool|OutOfMemory/i.test(error.code) && (error.retriable || /TransientError|Database\.DatabaseUnavailable|NotALeader|ReadOnly|DiskFull|WriteOnReadOnly/i.test(error.code))) {
    return say(`Neo4j at ${uri} can't do this at the moment: ${error.message}`);
  }
  return error;
}
