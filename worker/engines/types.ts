// Runs in: CLI (engines).
import type { Progress } from '../../plugin/cli/progress.ts';

/**
 * Where an engine came from: an address in the environment, a program on PATH, a Docker image, the Temporal SDK's own download,
 * or a build in the cache.
 */
export type EngineSource = 'environment' | 'path' | 'docker' | 'download' | 'build';

/** Stops and starts one engine that this process started. Data and ports stay the same; both may be called at any time, in turn. */
export interface EngineControl {
  /** Resolves when the engine has written its data down and is gone. */
  stop(): Promise<void>;
  /** Resolves when the engine is gone, without having been asked (SIGKILL): as a crash would leave its data. */
  kill(): Promise<void>;
  /** Resolves when the engine answers again, at the address it had. */
  start(): Promise<void>;
}

export interface TemporalEngine {
  /** `host:port` of the gRPC frontend. */
  address: string;
  namespace: string;
  /** The Web UI's address; null where it is not known (a server from the environment). */
  ui: string | null;
  source: EngineSource;
  /** The server's version, for example `1.29.1`. */
  version: string;
}

export interface Neo4jEngine {
  /** For example `bolt://127.0.0.1:7687`. */
  uri: string;
  username: string;
  password: string;
  database: string;
  source: EngineSource;
  /** The server's version, for example `5.26.30`. */
  version: string;
}

export interface EngineOptions {
  /** Folder for data, logs and the Neo4j password; made if missing. Two processes with the same folder share the engines in it. */
  dataDir: string;
  /** Where to say what is going on. Default: nowhere. */
  progress?: Progress;
  /** Throw away what an earlier start left in `dataDir`. Does nothing to engines from the environment. Default: false. */
  fresh?: boolean;
  /** Called when an engine that was up ends without having been asked to. */
  onUnexpectedExit?: (error: Error) => void;
}

/** One started or found engine. `control` is there only where this process started it; `stop` does nothing where it did not. */
export interface Started<Engine> {
  engine: Engine;
  stop(): Promise<void>;
  control?: EngineControl;
}

/** Both engines, ready for use. */
export interface Engines {
  temporal: TemporalEngine;
  neo4j: Neo4jEngine;
  /** Stops what this process started; engines from the environment, or of another process, stay. Safe to call twice. */
  stop(): Promise<void>;
  temporalControl?: EngineControl;
  neo4jControl?: EngineControl;
}
