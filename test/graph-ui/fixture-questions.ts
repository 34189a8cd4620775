// Runs in: tests. The graph's questions over a graph in memory, for tests of the HTTP layer and of the page.
import type { AnswerNode, Questions, RunUse, SearchHit, Trace, VersionSummary } from '../../plugin/graph/answers.ts';
import { AmbiguousQuestionError, BadQuestionError, NothingFoundError } from '../../plugin/graph/errors.ts';
import { kindOf } from '../../graph-ui/web/base/kinds.ts';
import { nameOf } from '../../graph-ui/web/lineage/naming.ts';
import type { FixtureGraph } from './fixture-builder.ts';

const LINEAGE = new Set(['USED', 'WAS_GENERATED_BY', 'WAS_DERIVED_FROM', 'ATTEMPT_OF', 'CARRIED', 'HAD_MEMBER']);
const LINEAGE_LABELS = new Set(['Step', 'Attempt', 'Value', 'ArtifactVersion']);

export function questionsOver(graph: FixtureGraph, defaultLimit = 10_000): Questions {
  const find = (id: string): AnswerNode => {
    const node = graph.nodes.get(id);
    if (node === undefined) throw new NothingFoundError(`Nothing in the graph has the id ${id}.`);
    return node;
  };
  const versionsOf = (uri: string): VersionSummary[] =>
    [...graph.nodes.values()].filter(({ labels, properties }) => labels[0] === 'ArtifactVersion' && properties['uri'] === uri).map(versionSummary);

  return {
    async trace(subject, { direction = 'upstream', limit = defaultLimit } = {}) {
      if (subject.startsWith('file:') && !subject.includes('@')) {
        throw new AmbiguousQuestionError(`${subject} has several versions: choose one.`, versionsOf(subject));
      }
      if (subject === 'sha256:nonsense') throw new BadQuestionError('A digest has 64 hexadecimal digits.');
      find(subject);
      return traceFrom(graph, subject, direction, limit);
    },
    async runsUsing(subject, { carried = false } = {}) {
      const node = find(subject);
      return { versions: [versionSummary(node)], runs: runsUsing(graph, subject, carried), next: null };
    },
    async versions(uri) {
      const found = versionsOf(uri);
      if (found.length === 0) throw new NothingFoundError(`No artifact is recorded at ${uri}.`);
      return found;
    },
    async node(id) {
      const node = find(id);
      const edges = graph.edges.filter(({ from, to }) => from === id || to === id);
      const neighbours = edges.map((edge) => ({ edge, node: find(edge.from === id ? edge.to : edge.from) }));
      return { node, details: graph.details.get(id) ?? {}, neighbours, truncated: false };
    },
    async search(text, { limit = 50 } = {}) {
      const newest = new Set(['Prediction', 'Model', 'Dataset', 'Run']);
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const hits = [...graph.nodes.values()]
        .filter((node) => (words.length === 0 ? newest.has(kindOf(node)) && node.labels[0] !== 'Artifact' : matches(node, words)))
        .map(hitOf)
        .toReversed();
      return { hits: hits.slice(0, limit), truncated: hits.length > limit };
    },
    async ready() {},
  };
}

function matches(node: AnswerNode, words: string[]): boolean {
  const text = [node.id, ...Object.values(node.properties).filter((value) => typeof value === 'string')].join(' ').toLowerCase();
  return ['ArtifactVersion', 'Step', 'Run'].includes(node.labels[0]!) && words.every((word) => text.includes(word));
}

function hitOf(node: AnswerNode): SearchHit {
  const { title, subtitle } = nameOf(node);
  return { id: node.id, label: node.labels[0]!, kind: node.labels[1] ?? null, title, subtitle, recordedAt: String(node.properties['recordedAt']) };
}

function versionSummary({ id, labels, properties: p }: AnswerNode): VersionSummary {
  return {
    id, uri: String(p['uri']), version: String(p['version']), kind: labels[1] ?? null, name: String(p['name']), sha256: [String(p['sha256'])], size: Number(p['size']), recordedAt: String(p['recordedAt']),
  };
}

function traceFrom(graph: FixtureGraph, root: string, direction: Trace['direction'], limit: number): Trace {
  const seen = new Set([root]);
  const queue = [root];
  let truncated = false;
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const edge of graph.edges) {
      if (!LINEAGE.has(edge.type)) continue;
      const [here, there] = direction === 'upstream' ? [edge.from, edge.to] : [edge.to, edge.from];
      if (here !== id || seen.has(there) || !LINEAGE_LABELS.has(graph.nodes.get(there)!.labels[0]!)) continue;
      if (seen.size >= limit) truncated = true;
      else {
        seen.add(there);
        queue.push(there);
      }
    }
  }
  // Every attempt of a step that is in the answer comes along.
  for (const { type, from, to } of graph.edges) if (type === 'ATTEMPT_OF' && seen.has(to) && !truncated) seen.add(from);
  const nodes = [...graph.nodes.values()].filter(({ id }) => seen.has(id));
  const edges = graph.edges.filter(({ type, from, to }) => LINEAGE.has(type) && seen.has(from) && seen.has(to));
  const contextEdges = graph.edges.filter(({ type, from }) => !LINEAGE.has(type) && seen.has(from));
  const contextIds = new Set(contextEdges.map(({ to }) => to));
  const contextNodes = [...graph.nodes.values()].filter(({ id }) => contextIds.has(id) && !seen.has(id));
  const byLabel: { [label: string]: number } = {};
  for (const { labels } of [...nodes, ...contextNodes]) byLabel[labels[0]!] = (byLabel[labels[0]!] ?? 0) + 1;
  return {
    direction, roots: [root], nodes, edges,
    context: { nodes: contextNodes, edges: contextEdges },
    truncated,
    ...(truncated ? { limit: { nodes: limit, how: 'Ask for more, or trace on from a node at the edge.' } } : {}),
    counts: { nodes: nodes.length, edges: edges.length, byLabel },
    trust: { sealedRuns: 0, pendingRuns: byLabel['Run'] ?? 0, opaqueSteps: [], ambiguousUses: [], conflicts: [] },
  };
}

function runsUsing(graph: FixtureGraph, version: string, carried: boolean): RunUse[] {
  const runs = new Map<string, RunUse>();
  const add = (stepId: string, how: 'declared' | 'carried'): void => {
    const runId = graph.edges.find(({ type, from }) => type === 'PART_OF' && from === stepId)!.to;
    const { properties: p } = graph.nodes.get(runId)!;
    const run = runs.get(runId) ?? {
      id: runId, workflowId: String(p['workflowId']), runId: String(p['runId']), workflowType: String(p['workflowType']), status: String(p['status']), startedAt: String(p['startedAt']), steps: [],
    };
    runs.set(runId, run);
    if (!run.steps.some(({ id }) => id === stepId)) run.steps.push({ id: stepId, type: String(graph.nodes.get(stepId)!.properties['activityType']), how });
  };
  for (const { type, from, to } of graph.edges) {
    if (to !== version) continue;
    if (type === 'USED') add(from.replace(/\/attempt\/\d+$/, ''), 'declared');
    if (type === 'CARRIED' && carried) for (const use of graph.edges) if (use.type === 'USED' && use.to === from) add(use.from, 'carried');
  }
  return [...runs.values()];
}
