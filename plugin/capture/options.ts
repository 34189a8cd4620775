// Runs in: worker, client. What the plugin can be told. Types only.
import type { GraphAddress } from '../graph/connection.ts';
import type { Actor } from './actor.ts';
import type { ArtifactRecogniser } from './artifact-finder.ts';
import type { LogBounds } from './attempt-log.ts';
import type { SecretPatterns } from '../model/secrets.ts';
import { type DigestKey, VALUES_MODES, type ValuesOption } from './privacy.ts';

const DURABILITIES = ['disk', 'memory', 'graph'] as const;
const WHEN_FULL = ['gap', 'wait', 'fail'] as const;
const PATHS = ['names', 'positions'] as const;
export type Durability = (typeof DURABILITIES)[number];
export type WhenFull = (typeof WHEN_FULL)[number];

export interface ProvenanceOptions {
  /** Where the graph is. Default: NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE of the environment. */
  neo4j?: GraphAddress;
  /** Folder for records that the graph does not have yet. Default: `.provenance/outbox` in the working directory. */
  outbox?: string;
  /**
   * When an attempt counts as recorded, and may be reported to Temporal: once its record is on the disk, at once (what was not yet on the disk is lost
   * with the process), or once Neo4j has it. With `graph` an attempt waits for as long as Neo4j is away; Temporal's own timeouts of activities end that. Default: `disk`.
   */
  durability?: Durability;
  /** The most bytes that may lie in the outbox, all processes together. Default: 1 GiB. */
  outboxBytes?: number;
  /**
   * What happens to an attempt for whose record the outbox, or the disk, has no room: it goes on, and its run is said to have a gap; or it waits for room;
   * or it fails, to be tried again. What workflow code does is never held up: it has a gap. Default: `gap`.
   */
  whenFull?: WhenFull;
  /** Folder that keeps what has been drained, compressed, so that the graph can be built again; false for none. Default: `archive` beside the outbox. */
  archive?: string | false;
  /** Where the pipeline's code is, for its commit, package and libraries. Default: the working directory. */
  code?: string;
  /** Environment variables whose values may be recorded. Default: none. */
  variables?: string[];
  /** A team's own shapes that stand for artifacts wherever they are in arguments and results. Default: none. */
  artifacts?: ArtifactRecogniser[];
  /** Longest wait at shutdown for records to reach the graph, in milliseconds; the rest stays in the outbox. Default: 30,000. */
  shutdownMs?: number;
  /**
   * Whether the worker itself compares a run's record with Temporal's history once the run is over, fills what is missing, and issues a certificate. It takes a
   * tenth of the worker's time at most. Without it, and runs of more than 3,000 events, the audit seals. Default: false, since a worker's time is the pipeline's.
   */
  seal?: boolean;
  /**
   * Whether key names go into headers and links. Default: `names`, but `positions` where a payload codec is configured, and
   * in bundles made ahead of the worker, since whoever bundles does not know of codecs.
   */
  paths?: 'names' | 'positions';
  /** How much is kept of values, for all or by type: digests, short previews or all. Default: `preview`; with a payload codec, `digest`. */
  values?: ValuesOption;
  /**
   * Makes the digests of values keyed (HMAC-SHA-256), so that nobody without the key finds a value by guessing. With a payload codec
   * and no key, values have no digests. Default: PROVENANCE_DIGEST_KEY and PROVENANCE_DIGEST_KEY_ID of the environment.
   */
  digestKey?: DigestKey;
  /**
   * Whether the lines that activity code writes with `log` of @temporalio/activity become an artifact of the attempt, whatever their
   * level, and how many of the newest. With a payload codec, only where `values` asks for more than digests. Default: false.
   */
  logs?: boolean | LogBounds;
  /**
   * What is a secret, beside what is known to be one anyway: patterns of keys' names, and of texts. They hold for the whole process; give
   * all workers the same, since secrets in what artifacts are called give way to marks.
   */
  secrets?: SecretPatterns;
  /**
   * On a client: the person or service that it starts, signals or updates runs for, or makes schedules for; a function is
   * asked at each call. Where a payload codec is configured, only a digest of the name leaves the process. Default: nobody.
   */
  actor?: Actor;
}

/**
 * A word that is none would keep more, or wait for less, than was meant: it is to be known at once.
 * @throws TypeError
 */
export function checkOptions(options: ProvenanceOptions): void {
  const { durability, whenFull, paths, values } = options;
  checkWord('durability', durability, DURABILITIES);
  checkWord('whenFull', whenFull, WHEN_FULL);
  checkWord('paths', paths, PATHS);
  if (typeof values !== 'object' || values === null) return checkWord('values', values, VALUES_MODES);
  const { default: byDefault, activities = {}, workflows = {}, ...others } = values;
  for (const name of Object.keys(others)) throw new TypeError(`temporal-provenance: the option 'values' has no '${name}': it may have default, activities and workflows`);
  checkWord('values.default', byDefault, VALUES_MODES);
  for (const [type, mode] of Object.entries(activities)) checkWord(`values.activities.${type}`, mode, VALUES_MODES);
  for (const [type, mode] of Object.entries(workflows)) checkWord(`values.workflows.${type}`, mode, VALUES_MODES);
}

function checkWord(name: string, value: unknown, words: readonly string[]): void {
  if (value !== undefined && !words.includes(value as string)) throw new TypeError(`temporal-provenance: the option '${name}' can't be ${JSON.stringify(value)}: it is one of ${words.join(', ')}`);
}
