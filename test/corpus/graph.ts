// Runs in: tests. What the graph holds of a run of the corpus, by the names that labels use. Pure.
import { groupBy, type RecordedEdge } from './score.ts';

export interface GraphRows {
  nodes: { labels: string[]; properties: Record<string, unknown> }[];
  edges: { from: string; to: string; type: string; properties: Record<string, unknown> }[];
}

interface Run {
  id: string;
  workflowId: string;
  startedAt: string;
}

/** A schedule puts the time into the ids of the workflows that it starts. */
const SCHEDULED = /-\d{4}-\d\d-\d\dT[\d:.]+Z/;

/** The runs of one scope (the beginning of all its workflow ids), by what they are in their case. */
export class CorpusGraph {
  readonly #scope: string;
  readonly #rows: GraphRows;
  readonly #properties: Map<string, Record<string, unknown>>;
  /** By run id: which of its chain. */
  readonly #numbers = new Map<string, number>();
  readonly #chains: Map<string, Run[]>;
  /** By step: which of its type in its run. */
  readonly #ranks = new Map<string, number>();
  readonly #attempts: Map<string, string>;
  /** A reset run's values that are the old run's, made before the point of the reset. */
  readonly #copies: Map<string, string>;

  constructor(scope: string, rows: GraphRows) {
    this.#scope = scope;
    this.#rows = rows;
    this.#properties = new Map(rows.nodes.map(({ properties }) => [String(properties.id), properties]));
    this.#attempts = new Map(rows.edges.filter(({ type }) => type === 'ATTEMPT_OF').map(({ from, to }) => [from, to]));
    const made = new Set(rows.edges.filter(({ to, type }) => type === 'WAS_GENERATED_BY' && this.#attempts.has(to)).map(({ from }) => from));
    this.#copies = new Map(rows.edges.filter(({ from, properties }) => properties.via === 'reset' && properties.toPath === '' && !made.has(from)).map(({ from, to }) => [from, to]));
    this.#chains = groupBy(this.#runs(), ({ workflowId }) => workflowId.replace(SCHEDULED, ''));
    const continued = new Set(rows.edges.filter(({ type }) => type === 'CONTINUED_FROM').map(({ from, to }) => `${from.split('/')[3]} ${to.split('/')[3]}`));
    for (const runs of this.#chains.values()) {
      // A reset run has the start of the run that was reset.
      runs.sort((a, b) => a.startedAt.localeCompare(b.startedAt) || (continued.has(`${a.id} ${b.id}`) ? 1 : -1));
      for (const [index, run] of runs.entries()) this.#numbers.set(run.id, index + 1);
    }
    this.#rankSteps();
  }

  /** The data-flow edges of each case. */
  edges(): Map<string, RecordedEdge[]> {
    const cases = new Map<string, RecordedEdge[]>();
    for (const { from, to, type, properties } of this.#rows.edges) {
      const { evidence, fromPath, toPath } = properties;
      const between = type === 'USED' || type === 'WAS_DERIVED_FROM' || (type === 'WAS_GENERATED_BY' && from.startsWith('artifact-version/'));
      if (!between || typeof evidence !== 'string' || evidence === 'followed') continue;
      const [later, earlier] = [this.#nameOf(from), this.#nameOf(to)];
      const edge = { to: later.name, toPath: String(toPath ?? ''), from: earlier.name, fromPath: String(fromPath ?? ''), evidence };
      // One value under two names is no flow: the last run of a chain gives the first one's result, a retry is given what the first run was, a reset takes values over.
      if (edge.to === edge.from || properties.via === 'last run of the chain' || properties.via === 'same input' || properties.via === 'reset') continue;
      const name = later.case ?? earlier.case ?? '';
      cases.set(name, [...(cases.get(name) ?? []), edge]);
    }
    return cases;
  }

  /**
   * Everything, with what no two runs of the corpus have in common left out, in order: scope, run ids, times, and how often Temporal
   * tried a step, which on a busy machine may be once more.
   */
  normalised(): { nodes: string[]; edges: string[] } {
    const plain = (text: string) => text
      .replaceAll(this.#scope, '').replaceAll('%3A', ':').replaceAll(SCHEDULED_ALL, '').replaceAll(/\d+(@|%(?:25)*40)\d{13}/g, '$1')
      .replaceAll(UUID, (id) => (this.#numbers.has(id) ? `run${this.#numbers.get(id)}` : id));
    const node = ({ labels, properties }: GraphRows['nodes'][number]) =>
      plain(JSON.stringify([labels, properties.id, ...LASTING.map((name) => properties[name] ?? null)]));
    // What had just resolved when a step was scheduled is up to the server: it may tell of two results at once, or one by one.
    const lasting = this.#rows.edges.filter(({ type }) => type !== 'FOLLOWED');
    const met = new Set(lasting.flatMap(({ from, to }) => [from, to]));
    const nodes = this.#rows.nodes.filter(({ properties }) => met.has(String(properties.id))).map(node);
    const edges = lasting.map(({ from, to, type, properties }) =>
      plain(JSON.stringify([from, type, to, ...['evidence', 'via', 'toPath', 'fromPath', 'walk'].map((name) => properties[name] ?? null)])));
    // Without a cache a local activity runs again where its task is, as another attempt: then the two differ by time and number alone.
    return { nodes: [...new Set(nodes)].sort(), edges: [...new Set(edges)].sort() };
  }

  #nameOf(id: string): { case?: string; name: string } {
    if (id.startsWith('artifact-version/')) {
      const uri = decodeURIComponent(id.slice(id.indexOf('/') + 1, id.lastIndexOf('@')));
      return { name: `artifact:${uri.split('/').at(-1)}` };
    }
    const step = this.#attempts.get(id) ?? this.#copies.get(id) ?? id;
    const [kind, , encoded, run, ...rest] = step.split('/') as [string, string, string, string, ...string[]];
    if (!encoded?.startsWith(this.#scope)) return { name: id };
    const [owner, ...children] = decodeURIComponent(encoded).replace(SCHEDULED, '').slice(this.#scope.length + 1).split('.') as [string, ...string[]];
    let number = this.#numbers.get(run) ?? 0;
    const [role, name, third] = rest.map(decodeURIComponent) as [string, string?, string?];
    let thing = role;
    if (kind === 'step') thing = this.#stepName(step.split('/').slice(0, 7).join('/'));
    else if (role === 'signal') thing = `signal:${name}#${third}`;
    else if (role === 'update') thing = `${third === 'result' ? 'answer' : 'update'}:${name}`;
    else if (role === 'continuation') [thing, number] = ['input', number + 1]; // Handed on: what the next run takes in.
    return { case: owner, name: [...children, ...(number === 1 ? [] : [`run${number}`]), thing].join('>') };
  }

  #stepName(step: string): string {
    const [, , , , kind, id, occurrence] = step.split('/') as string[];
    if (kind !== 'nexus' && !/^\d+$/.test(id!)) return `step:${decodeURIComponent(id!)}${occurrence === '1' ? '' : `#${occurrence}`}`;
    const rank = this.#ranks.get(step);
    return `${typeOf(this.#properties.get(step))}${rank === 1 ? '' : `#${rank}`}`;
  }

  #runs(): Run[] {
    const runs = new Map<string, Run>();
    for (const id of [...this.#properties.keys(), ...this.#rows.edges.flatMap(({ from, to }) => [from, to])]) {
      const [kind, namespace, encoded, run] = id.split('/') as [string, string?, string?, string?];
      if ((kind !== 'run' && kind !== 'step') || !run || !encoded?.startsWith(this.#scope) || runs.has(run)) continue;
      const startedAt = String(this.#properties.get(`run/${namespace}/${encoded}/${run}`)?.startedAt ?? '9999');
      runs.set(run, { id: run, workflowId: decodeURIComponent(encoded), startedAt });
    }
    return [...runs.values()];
  }

  #rankSteps(): void {
    const steps = [...this.#properties.keys()].filter((id) => id.startsWith('step/') && id.split('/').length === 7);
    const numberOf = (id: string) => Number(id.split('/')[5]);
    const ofType = groupBy(steps.filter((id) => !Number.isNaN(numberOf(id))), (id) => `${id.split('/')[3]} ${typeOf(this.#properties.get(id))}`);
    for (const same of ofType.values()) {
      for (const [index, id] of same.sort((a, b) => numberOf(a) - numberOf(b)).entries()) this.#ranks.set(id, index + 1);
    }
  }
}

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
const SCHEDULED_ALL = /-\d{4}-\d\d-\d\dT[\d:.]+?Z/g;
/** What is the same in each run of the corpus. */
const LASTING = ['role', 'type', 'status', 'activityType', 'workflowType', 'inputsKnown'];

function typeOf(step: Record<string, unknown> | undefined): string {
  const type = String(step?.activityType ?? step?.operation ?? 'unknown');
  // Of a Nexus operation ENDPOINT/SERVICE/OPERATION: an endpoint belongs to one run of the corpus.
  return step?.kind === 'nexus' ? type.replace(/^[^/]*\//, '') : type;
}
