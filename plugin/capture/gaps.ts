// Runs in: worker, serving process. Counts what could not be recorded, by run, and records that: an audit sees that something is missing, and history fills it.
import { runOf } from '../model/id.ts';
import { COUNTED } from '../model/merge.ts';
import { type NodeAssertion, type NodeKey, keyOfNode, type ProvenanceRecord } from '../model/record.ts';
import type { Outbox } from '../outbox/outbox.ts';

/** Soon after the first, so that many make one record; and as often as there is still no room. */
const SOON_MS = 1_000;
const MOST_COUNTED = 10_000;
/** In one record. */
const MOST_TOLD = 500;

export class Gaps {
  /** In this process so far. */
  total = 0;
  readonly #outbox: Outbox;
  readonly #agent: NodeKey;
  #counts = new Map<string, { key: NodeKey; count: number }>();
  #untold = new Set<string>();
  #round = 0;
  #soon: NodeJS.Timeout | undefined;

  /** @param agent is said to have the gaps where nobody knows which run has them */
  constructor(outbox: Outbox, agent: NodeKey) {
    this.#outbox = outbox;
    this.#agent = agent;
  }

  /** Counts a record that was lost. */
  add(record: ProvenanceRecord): void {
    this.total++;
    // A counter that was forgotten is never taken up again: another begins, and their counts add up.
    if (this.#counts.size >= MOST_COUNTED && this.#untold.size === 0) {
      this.#counts.clear();
      this.#round++;
    }
    const run = runIn(record);
    const key = run && (this.#counts.has(run.id) || this.#counts.size < MOST_COUNTED) ? run : this.#agent;
    this.#counts.set(key.id, { key, count: (this.#counts.get(key.id)?.count ?? 0) + 1 });
    this.#untold.add(key.id);
    this.#tellSoon();
  }

  /** Resolves once the counts are on disk, or could not be put there. Never throws. */
  async flush(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    while (this.#untold.size > 0) {
      const some = [...this.#untold].slice(0, MOST_TOLD);
      for (const id of some) this.#untold.delete(id);
      try {
        await this.#outbox.put(this.#told(some), { beyond: true });
      } catch {
        for (const id of some) this.#untold.add(id);
        return this.#tellSoon();
      }
    }
  }

  #tellSoon(): void {
    this.#soon ??= setTimeout(() => void this.flush(), SOON_MS);
    this.#soon.unref();
  }

  #told(ids: string[]): ProvenanceRecord {
    const at = new Date().toISOString();
    const nodes = ids.map((id): NodeAssertion => {
      const { key, count } = this.#counts.get(id)!;
      return { ...key, aspect: `${COUNTED}gaps/${this.#agent.id}/${this.#round}`, set: { gaps: count }, timeless: true };
    });
    return { v: 1, source: 'interceptor', at, recordedAt: at, nodes, edges: [] };
  }
}

/** The run that a record tells of, if it is told. */
function runIn({ nodes, edges }: ProvenanceRecord): NodeKey | undefined {
  const own = nodes.find(({ label }) => label === 'Run') ?? edges.find(({ type, to }) => type === 'PART_OF' && to.label === 'Run')?.to;
  if (own) return keyOfNode(own);
  for (const { id } of [...nodes, ...edges.map(({ from }) => from)]) {
    const run = runOf(id);
    if (run !== undefined) return { label: 'Run', id: run };
  }
  return undefined;
}
