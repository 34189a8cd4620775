// Runs in: worker, CLI. Seals runs: compares the record of each with Temporal's history, fills what is lacking, and issues a certificate.
import type { WorkflowService } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { LoadedDataConverter } from '@temporalio/common';
import type { Privacy } from '../capture/privacy.ts';
import type { Connection } from '../graph/connection.ts';
import { addElsewhere, addValues, type RunRecord, runRecord } from '../graph/run-record.ts';
import type { GraphWriter } from '../graph/writer.ts';
import { type RunKey, runId } from '../model/id.ts';
import { graphOf, propertiesOf } from '../model/merge.ts';
import type { ProvenanceRecord } from '../model/record.ts';
import { type Certificate, type SealState, certificateOf, certificateRecord, coverage, digestOfRecord } from './certificate.ts';
import { compare, type Comparison, isElsewhere, isUnknownAttempt, isUntold, type Lacking } from './compare.ts';
import { decodedHistory } from './decoded-history.ts';
import { type FetchedHistory, fetchHistory } from './fetch-history.ts';
import { historyRecords } from './history-records.ts';

/** How one run's record and its history stand to each other. */
export interface Finding {
  run: RunKey;
  workflowType: string;
  isClosed: boolean;
  lacking: Lacking;
  /** As it was issued; where nothing was written, as it would be, `unsealed`. */
  certificate: Omit<Certificate, 'state'> & { state: SealState | 'unsealed' };
}

export interface SealerOptions {
  service: WorkflowService;
  graph: Connection;
  writer: Pick<GraphWriter, 'write'>;
  /** Keeps what is written, so that it outlives the graph. Default: nowhere. */
  keep?: (records: ProvenanceRecord[]) => Promise<void>;
  /** Opens what a payload codec has closed. */
  opener: Pick<LoadedDataConverter, 'payloadCodecs'>;
  privacy: Privacy;
  /** Tells of a run that nobody recorded what its workflow code tells when its history is replayed, as the server gives it. Default: nothing; links are then inferred. */
  retell?: (run: RunKey, history: temporal.api.history.v1.IHistory) => Promise<ProvenanceRecord[]>;
  /** Longer histories are left to others, in events. Default: none is too long. */
  mostEvents?: number;
  /** Who seals: an identity such as `PID@HOST`. */
  by: string;
}

/** Neo4j takes so many records in one transaction with a small heap. */
const BATCH = 500;
const NOTHING: Lacking = { runs: 0, steps: 0, attempts: 0, values: 0, links: 0, ends: 0 };

export class Sealer {
  readonly #options: SealerOptions;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /**
   * Compares, and writes nothing. A run whose record is as it was when it was sealed is not compared again.
   * @throws HistoryGoneError, HistoryTooLongError, GraphUnavailableError, and what the connection throws while Temporal is away
   */
  async check(run: RunKey): Promise<Finding> {
    const { sealed, recorded } = await this.#recorded(run);
    if (sealed) return sealed;
    const seen = await this.#look(run, recorded);
    return this.#finding(run, seen, seen, 0);
  }

  /** Fills what the record lacks, marks what history does not confirm, and issues a certificate. @throws as `check` */
  async seal(run: RunKey): Promise<Finding> {
    const { sealed, recorded } = await this.#recorded(run);
    // Sealed by what its history tells, it may lack what only its code does.
    const now = await this.#retold(run, recorded);
    if (sealed && now === recorded) return sealed;
    const before = await this.#look(run, now);
    const foreign = foreignKey(before);
    const writes = foreign === undefined ? [...before.comparison.fill, ...marked(before)] : [];
    await this.#write(writes);
    const after = writes.length > 0 ? await this.#look(run, await runRecord(this.#options.graph, runId(run)), before.fetched) : before;
    const left = total(after.comparison.lacking);
    const finding = this.#finding(run, before, after, certificateOf(after.recorded.nodes.get(runId(run))?.properties ?? {})?.number ?? 0);
    const problem = left === 0 ? '' : foreign !== undefined
      ? `its digests were made with the key '${foreign}': seal it with that key (PROVENANCE_DIGEST_KEY)`
      : `${left} things that its history tells are still not in the graph`;
    const certificate: Certificate = { ...finding.certificate, state: problem !== '' ? 'failed' : finding.isClosed ? 'sealed' : 'open', problem };
    await this.#write([certificateRecord(run, certificate)]);
    return { ...finding, certificate };
  }

  /** What the graph holds; and what its certificate says, where that is still so. */
  async #recorded(run: RunKey): Promise<{ recorded: RunRecord; sealed?: Finding }> {
    const recorded = await runRecord(this.#options.graph, runId(run));
    const own = recorded.nodes.get(runId(run));
    const certificate = own && certificateOf(own.properties);
    if (certificate?.state !== 'sealed' || certificate.recordDigest !== digestOfRecord(recorded)) return { recorded };
    return { recorded, sealed: { run, workflowType: String(own!.properties.workflowType ?? ''), isClosed: true, lacking: NOTHING, certificate } };
  }

  /** @returns what the graph holds then: the same object where nothing was told */
  async #retold(run: RunKey, recorded: RunRecord): Promise<RunRecord> {
    const { service, graph, retell } = this.#options;
    if (!retell || !isUntold(recorded, runId(run))) return recorded;
    const { history } = await fetchHistory(service, run);
    const records = await retell(run, history);
    if (records.length === 0) return recorded;
    await this.#write(records);
    return runRecord(graph, runId(run));
  }

  async #look(run: RunKey, recorded: RunRecord, known?: FetchedHistory): Promise<Seen> {
    const { service, graph, opener, privacy, mostEvents } = this.#options;
    const fetched = known ?? (await fetchHistory(service, run, mostEvents));
    const history = await decodedHistory(opener, run, fetched.history);
    const now = new Date().toISOString();
    const infer = isUntold(recorded, runId(run));
    const told = historyRecords({ privacy, decoded: true, attempts: isUnknownAttempt(recorded), ...(infer && { infer }) }, run, history, now);
    const expected = graphOf(told);
    // One that is there without being known as a part of the run is not to be made anew.
    await addValues(graph, recorded, [...expected.nodes.values()].filter(({ label, facts }) => label === 'Value' && facts.length > 0).map(({ id }) => id));
    await addElsewhere(graph, recorded, [...expected.edges.values()].filter((edge) => isElsewhere(edge, runId(run))).map(({ id }) => id));
    const own = expected.nodes.get(runId(run));
    const properties = own ? propertiesOf(own)! : {};
    const isClosed = properties.outcome !== undefined;
    const last = history.events?.at(-1)?.eventTime;
    return {
      fetched, recorded, isClosed, workflowType: String(properties.workflowType ?? ''), now,
      endedAt: new Date(Number(last?.seconds ?? 0) * 1_000).toISOString(),
      comparison: compare(told, recorded, runId(run), isClosed),
    };
  }

  #finding(run: RunKey, before: Seen, after: Seen, issued: number): Finding {
    const { comparison: { lacking, duplicate }, fetched: { digest, events }, workflowType, isClosed } = before;
    const missing = total(lacking);
    return {
      run, workflowType, isClosed, lacking,
      certificate: {
        state: 'unsealed', at: after.now, by: this.#options.by, number: issued + 1, events, historyDigest: digest, recordDigest: digestOfRecord(after.recorded),
        missing, filled: missing - total(after.comparison.lacking), duplicate: duplicate.length, ...coverage(after.recorded, after.comparison), unwatched: before.comparison.unwatched, problem: '',
      },
    };
  }

  async #write(records: ProvenanceRecord[]): Promise<void> {
    const { keep, writer } = this.#options;
    for (let at = 0; at < records.length; at += BATCH) {
      const batch = records.slice(at, at + BATCH);
      await keep?.(batch);
      await writer.write(batch);
    }
  }
}

interface Seen {
  fetched: FetchedHistory;
  recorded: RunRecord;
  comparison: Comparison;
  isClosed: boolean;
  workflowType: string;
  /** When it was looked at, and when its last event was (ISO 8601). */
  now: string;
  endedAt: string;
}

function marked({ comparison: { marks }, endedAt, now }: Seen): ProvenanceRecord[] {
  if (marks.length === 0) return [];
  const nodes = marks.map(({ key, unconfirmed }) => ({ ...key, aspect: 'confirmed', set: { unconfirmed } }));
  return [{ v: 1, source: 'history', at: endedAt, recordedAt: now, nodes, edges: [] }];
}

/** Digests by another key would be hidden by ours, which may even be none: whoever has that key is to seal it. */
function foreignKey({ recorded, comparison: { fill } }: Seen): string | undefined {
  const own = new Set(fill.flatMap(({ nodes }) => nodes.map(({ set }) => set.digestKeyId)));
  const other = [...recorded.nodes.values()].find(({ properties: { digestKeyId } }) => digestKeyId !== undefined && !own.has(digestKeyId));
  return fill.some(({ nodes }) => nodes.some(({ set }) => set.digest !== undefined || set.inputDigest !== undefined)) ? other && String(other.properties.digestKeyId) : undefined;
}

export function total(lacking: Lacking): number {
  return Object.values(lacking).reduce((sum, count) => sum + count, 0);
}
