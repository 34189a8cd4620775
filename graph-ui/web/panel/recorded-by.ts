// Runs in: browser. Parameters and metrics, and what surrounds a node: its run, code, environment and agent.
import type { AnswerNode, NodeDetail } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import type { Settings } from '../base/api.ts';
import { h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';
import { isA } from '../lineage/fold.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import { type History, metricsSection } from './metrics.ts';
import { unfold } from './property-table.ts';
import { isObject, writtenTable } from './written.ts';
import { commitAnchor } from './commit.ts';
import { known } from './relations.ts';
import { nodeLink, section } from './section.ts';
import { temporalLink } from './temporal-link.ts';

/** The node, and the steps and attempts behind it, as far as the trace and the neighbours tell. */
function recorders(detail: NodeDetail, index: TraceIndex | null): AnswerNode[] {
  const found = new Map<string, AnswerNode>([[detail.node.id, detail.node]]);
  for (const { edge, node } of detail.neighbours) {
    const isMaker = edge.from === detail.node.id && edge.type === 'WAS_GENERATED_BY';
    if (isMaker || edge.type === 'ATTEMPT_OF') found.set(node.id, node);
  }
  for (const id of Array.from(found.keys())) for (const maker of index?.makers(id) ?? []) found.set(maker.id, maker);
  return [...found.values()].filter((node) => isA(node, 'Step') || isA(node, 'Attempt'));
}

/** What the activity logged by `params` and `metrics`. */
export function loggedSections(detail: NodeDetail, index: TraceIndex | null, history: History | null): (HTMLElement | null)[] {
  if (!isA(detail.node, 'Step') && !isA(detail.node, 'Attempt') && !isA(detail.node, 'ArtifactVersion')) return [];
  const logged = (name: 'params' | 'metrics'): { [key: string]: Json } => Object.assign({}, ...recorders(detail, index).map((node) => loggedIn(node, name))) as { [key: string]: Json };
  return [section('Parameters', writtenTable(logged('params'))), metricsSection(detail, logged('metrics'), history)];
}

function loggedIn(node: AnswerNode, name: string): { [key: string]: Json } {
  const whole = unfold(node.properties[name] ?? null);
  const single = Object.entries(node.properties)
    .filter(([key]) => key.startsWith(`${name}.`))
    .map(([key, value]) => [key.slice(name.length + 1), unfold(value)] as const);
  return { ...(isObject(whole) ? whole : {}), ...Object.fromEntries(single) };
}

const SURROUNDINGS = [
  ['Run', ['PART_OF']],
  ['CodeVersion', ['RAN_CODE']],
  ['Environment', ['RAN_IN']],
  ['Agent', ['WAS_ASSOCIATED_WITH', 'WAS_ATTRIBUTED_TO', 'STARTED_BY']],
] as const;

/** The run (with a way to Temporal's own page of it), code version, environment and agent. */
export function surroundingsSection(
  detail: NodeDetail,
  index: TraceIndex | null,
  settings: Settings,
  select: (id: string) => void,
): HTMLElement | null {
  const nodes = [detail.node, ...recorders(detail, index)];
  const found = new Map<string, AnswerNode>();
  for (const [label, types] of SURROUNDINGS) {
    const near = detail.neighbours.filter(({ edge }) => edge.from === detail.node.id).map(known);
    const beyond = nodes.flatMap(({ id }) => index?.earlier(id, ...types) ?? []);
    for (const node of [...beyond, ...near]) if (isA(node, label)) found.set(node.id, node);
  }
  if (isA(detail.node, 'Run')) found.set(detail.node.id, detail.node);
  return section(
    'Where it comes from',
    ...[...found.values()].map((node) =>
      h('div', { class: 'surrounding' },
        node.id !== detail.node.id && nodeLink(node, select, isA(node, 'Run') ? '' : firstLabel(node)),
        isA(node, 'Run') && temporalAnchor(node, settings),
        isA(node, 'CodeVersion') && commitAnchor(node),
      ),
    ).filter((line) => line.childElementCount > 0),
  );
}

function firstLabel(node: AnswerNode): string {
  return { CodeVersion: 'code', Environment: 'environment', Agent: 'agent' }[node.labels[0] ?? ''] ?? '';
}

function temporalAnchor({ properties }: AnswerNode, settings: Settings): HTMLElement | null {
  const { namespace, workflowId, runId } = properties;
  if (typeof workflowId !== 'string' || typeof runId !== 'string') return null;
  const href = temporalLink(settings, typeof namespace === 'string' ? namespace : 'default', workflowId, runId);
  if (href === null) return null;
  return h('a', { class: 'link', href, target: '_blank', rel: 'noreferrer' }, 'Open in Temporal', icon('external'));
}
