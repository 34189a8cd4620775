// Runs in: server, CLI. What a walk reached, with its edges, what surrounds it, and how far it can be trusted.
import { LABELS } from '../model/record.ts';
import type { AnswerEdge, AnswerNode, Trace, Trust } from './answers.ts';
import type { Query } from './connection.ts';
import type { Lineage, Reached } from './lineage.ts';
import { withLostAttempts } from './lost-attempts.ts';
import { WALKED, type Way } from './walk.ts';
import { withdrawalOf } from './withdrawals.ts';

export async function answerOf(query: Query, lineage: Lineage, reached: Reached, roots: string[], way: Way, limit: number): Promise<Trace> {
  const { direction } = way;
  const nodes = await withLostAttempts(query, byLabel([...reached.labels.keys()].flatMap((id) => lineage.nodes.get(id) ?? []), WALKED), way);
  const edges: AnswerEdge[] = [];
  for (const { walk: _, ...edge } of reached.edges) if (reached.labels.has(edge.from) && reached.labels.has(edge.to)) edges.push(edge);
  const around = new Set<string>();
  const contextEdges: AnswerEdge[] = [];
  const surround = (id: string) => {
    for (const edge of lineage.surrounding(id)) {
      contextEdges.push(edge);
      around.add(edge.to);
    }
  };
  for (const { id } of nodes) surround(id);
  const runs = [...around].flatMap((id) => lineage.nodes.get(id) ?? []).filter(({ labels }) => labels[0] === 'Run');
  // A run's starters, up to the first: who asked for it, and which run it is a child of. A set hands out what is added meanwhile.
  const asked = new Set(runs.map(({ id }) => id));
  for (const id of asked) {
    surround(id);
    for (const { type, to } of lineage.surrounding(id)) if ((type === 'STARTED_BY' || type === 'CONTINUED_FROM') && lineage.nodes.get(to)?.labels[0] === 'Run') asked.add(to);
  }
  const contextNodes = byLabel([...around].flatMap((id) => (reached.labels.has(id) ? [] : lineage.nodes.get(id) ?? [])), LABELS);
  return {
    direction,
    roots,
    nodes,
    edges,
    tries: Object.fromEntries(nodes.flatMap(({ id, labels }) => {
      const tries = labels[0] === 'Step' ? lineage.tries.get(id) ?? 0 : 0;
      return tries > 1 ? [[id, tries]] : [];
    })),
    context: { nodes: contextNodes, edges: contextEdges },
    truncated: reached.truncated,
    ...(reached.truncated && { limit: { nodes: limit, how: `the answer holds the first ${limit} nodes: ask with a higher limit, or trace on from one of them` } }),
    counts: { nodes: nodes.length, edges: edges.length, byLabel: counted(nodes) },
    trust: trustOf(lineage, reached, way, nodes, runs),
    ...(way.asOf !== undefined && { asOf: way.asOf }),
  };
}

function trustOf(lineage: Lineage, reached: Reached, { direction, followed }: Way, nodes: AnswerNode[], runs: AnswerNode[]): Trust {
  const of = (label: string) => nodes.filter(({ labels }) => labels[0] === label);
  const [steps, values, versions] = [of('Step'), of('Value'), of('ArtifactVersion')];
  const sealed = (seal: string) => runs.filter(({ properties }) => properties.seal === seal);
  // Of each type of edge, those that have one.
  const having = (isMeant: (type: string) => boolean) => new Set([...reached.edges].flatMap(({ from, type }) => (isMeant(type) ? [from] : [])));
  // Where a limit cut the walk off, more is known than was reached.
  const isCutOff = (id: string) => reached.truncated && lineage.leading.has(id);
  const lacks = (type: string) => ({ id }: AnswerNode) => lineage.following.has(id) && !lineage.earlier(id).some((edge) => edge.type === type) && !isCutOff(id);
  const made = having((type) => type !== 'CARRIED');
  return {
    sealedRuns: sealed('sealed').length,
    pendingRuns: runs.length - sealed('sealed').length - sealed('failed').length,
    failedRuns: idsOf(sealed('failed')),
    opaqueSteps: idsOf(steps.filter(({ id, properties }) => properties.inputsKnown !== true || !lineage.tries.has(id))),
    looseSteps: idsOf(steps.filter(({ properties }) => properties.looseInputs === true)),
    followedOnly: followed || direction === 'downstream' ? [] : idsOf([...steps.filter(lacks('USED')), ...values.filter(lacks('WAS_DERIVED_FROM'))]),
    // What a client gave a run is none.
    unmadeValues: direction === 'upstream' ? idsOf(values.filter(({ id, properties }) => properties.role !== 'input' && !made.has(id) && !isCutOff(id))) : [],
    ambiguousUses: ambiguousUses(lineage, reached),
    conflicts: idsOf(versions.filter(({ id }) => lineage.surrounding(id).filter(({ type }) => type === 'HAS_CONTENT').length > 1)),
    unconfirmed: idsOf(nodes.filter(({ properties }) => properties.unconfirmed === true)),
    withdrawn: versions.flatMap((version) => withdrawalOf(version) ?? []),
  };
}

/** By any name of the same bytes that the walk went on from. */
function ambiguousUses(lineage: Lineage, reached: Reached): Trust['ambiguousUses'] {
  return [...reached.byName].flatMap((version) => {
    const names = [version, ...(lineage.ties.get(version)?.others ?? []).map(({ edge }) => edge.to).filter((other) => reached.byName.has(other))];
    const generatedBy = [...new Set(names.flatMap((name) => lineage.ties.get(name)?.makers ?? []))];
    return generatedBy.length > 1 ? [{ version, generatedBy }] : [];
  });
}

/** In the order of the labels, as they came within one. */
function byLabel(nodes: AnswerNode[], labels: readonly string[]): AnswerNode[] {
  const groups = new Map<string, AnswerNode[]>(labels.map((label) => [label, []]));
  for (const node of nodes) groups.get(node.labels[0]!)?.push(node);
  return [...groups.values()].flat();
}

const idsOf = (nodes: AnswerNode[]): string[] => nodes.map(({ id }) => id);

function counted(nodes: AnswerNode[]): { [label: string]: number } {
  const counts: { [label: string]: number } = {};
  for (const { labels } of nodes) counts[labels[0]!] = (counts[labels[0]!] ?? 0) + 1;
  return counts;
}
