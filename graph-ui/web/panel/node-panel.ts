// Runs in: browser. Everything that is recorded about one node.
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import { api, type Direction, type Settings } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { count, counted, localTime } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { glyph, kindOf, lookOf } from '../base/kinds.ts';
import { isA } from '../lineage/fold.ts';
import { nameOf } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import { keptNode } from '../search/kept.ts';
import { pinButton } from '../search/pin-button.ts';
import { answersSection, withdrawnNotice } from './answers.ts';
import { attemptsSection } from './attempts.ts';
import { CERTIFICATE, certificateSection } from './certificate.ts';
import { commitSection } from './commit.ts';
import { copyButton } from './copy-button.ts';
import { historyOf } from './metrics.ts';
import { PREVIEW_DETAILS, previewSections } from './preview.ts';
import { propertyTable } from './property-table.ts';
import { loggedSections, surroundingsSection } from './recorded-by.ts';
import { edgeNote, known, relation } from './relations.ts';
import { runBeforeSection } from './run-before.ts';
import { runsUsingSection } from './runs-using.ts';
import { linkList, nodeLink, section } from './section.ts';
import { statisticsSections } from './statistics.ts';
import { VALUE_DETAILS, valuesSection } from './values.ts';
import { versionsSection } from './versions.ts';
import { withheldSection } from './withheld.ts';

export interface PanelActions {
  select: (id: string | null) => void;
  trace: (subject: string, direction: Direction) => void;
  /** Moves the node into the middle of the graph; null when it is not drawn. */
  centre: ((id: string) => void) | null;
}

/** Shown in sections of their own. */
const ELSEWHERE = new Set(['params', 'metrics', 'statistics', 'id']);

/** What a thing is called comes first, what became of it and when next; the rest as it is. */
const ORDER = [
  'name', 'uri', 'version', 'kind', 'workflowType', 'activityType', 'workflowId', 'runId', 'activityId', 'namespace', 'gitCommit', 'gitBranch', 'gitRemote', 'packageName', 'packageVersion',
  'identity', 'host', 'os', 'sha256', 'size', 'status', 'outcome', 'scheduledAt', 'startedAt', 'serverStartedAt', 'workerStartedAt', 'closedAt', 'workerClosedAt', 'endedAt', 'workerEndedAt', 'durationMs',
];

function rank(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

export function nodePanel(detail: NodeDetail, index: TraceIndex | null, settings: Settings, actions: PanelActions): HTMLElement[] {
  const { node } = detail;
  const { select } = actions;
  const isVersion = isA(node, 'ArtifactVersion');
  const history = historyOf(node);
  const properties = Object.entries(node.properties).filter(
    ([name]) => !ELSEWHERE.has(name) && !CERTIFICATE.has(name) && !name.startsWith('params.') && !name.startsWith('metrics.'),
  );
  const parts = [
    heading(detail, index, actions),
    withdrawnNotice(node),
    answersSection(node),
    certificateSection(node),
    commitSection(node),
    ...previewSections(detail),
    attemptsSection(detail, select),
    stepsSection(detail),
    valuesSection(detail),
    ...loggedSections(detail, index, history),
    ...statisticsSections(detail, history),
    section('Properties', propertyTable(Object.fromEntries(properties.toSorted(([a], [b]) => rank(a) - rank(b))))),
    section('Details', propertyTable(Object.fromEntries(Object.entries(detail.details).filter(([name]) => !PREVIEW_DETAILS.has(name) && !VALUE_DETAILS.has(name))))),
    withheldSection(detail),
    surroundingsSection(detail, index, settings, select),
    runBeforeSection(detail, select),
    isVersion ? runsUsingSection(node.id, settings, select) : null,
    isVersion && typeof node.properties['uri'] === 'string' ? versionsSection(node.properties['uri'], node.id, select) : null,
    neighbourSection(detail, index, select),
    section('Identity', h('p', { class: 'identity mono' }, h('code', {}, node.id), copyButton(node.id, 'Id'))),
  ];
  return parts.filter((part) => part !== null);
}

function heading({ node }: NodeDetail, index: TraceIndex | null, { select, trace, centre }: PanelActions): HTMLElement {
  const kind = kindOf(node);
  const { title, subtitle } = nameOf(node, index ?? undefined);
  const recordedAt = node.properties['recordedAt'];
  const recorded = typeof recordedAt === 'string' ? localTime(recordedAt) : null;
  const pinned = keptNode(node);
  const canTrace = ['ArtifactVersion', 'Step', 'Attempt', 'Value', 'Run', 'Content'].some((label) => isA(node, label));
  const go = (direction: Direction) => () => trace(node.id, direction);
  return h(
    'div',
    { class: 'panel-heading' },
    h('div', { class: 'panel-kind' }, h('span', {}, lookOf(kind).title),
      pinned !== null && pinButton(pinned),
      centre !== null && h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Centre it in the graph', title: 'Centre it in the graph', on: { click: () => centre(node.id) } }, icon('fit')),
      h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close the details', title: 'Close the details', on: { click: () => select(null) } }, icon('close')),
    ),
    h('div', { class: 'panel-title' }, glyph(kind), h('div', {}, h('h2', {}, title), h('p', { class: 'panel-subtitle' }, subtitle))),
    recorded !== null && h('p', { class: 'quiet' }, 'Recorded ', h('time', { datetime: recordedAt, title: recordedAt }, recorded)),
    h('div', { class: 'panel-actions' },
      canTrace && h('button', { class: 'button', type: 'button', on: { click: go('upstream') } }, icon('left'), 'Trace upstream'),
      canTrace && h('button', { class: 'button', type: 'button', on: { click: go('downstream') } }, 'Trace downstream', icon('right')),
    ),
  );
}

/** How many steps a run has, and how they went. */
function stepsSection({ steps = {} }: NodeDetail): HTMLElement | null {
  const each = Object.entries(steps);
  if (each.length === 0) return null;
  const all = each.reduce((sum, [, number]) => sum + number, 0);
  return section('Steps', h('p', { class: 'step-counts' }, `${counted(all, 'step')}: `, ...each.flatMap(([status, number], index) => [
    index > 0 && ', ', h('span', { class: ['failed', 'timed-out'].includes(status) ? 'status is-bad' : '' }, `${count(number)} ${status}`)])));
}

function neighbourSection(detail: NodeDetail, index: TraceIndex | null, select: (id: string) => void): HTMLElement | null {
  if (detail.neighbours.length === 0) return null;
  const links = h('div', {});
  const show = (shown: NodeDetail): void => {
    const { next } = shown;
    const more = h('button', { class: 'button', type: 'button' }, 'More links');
    more.addEventListener('click', () => {
      more.disabled = true;
      void api.node(shown.node.id, undefined, next).then((page) => show({ ...shown, neighbours: [...shown.neighbours, ...page.neighbours], next: page.next }), () => {
        more.disabled = false;
      });
    });
    fill(links, ...neighbourLists(shown, index, select), next !== null && more);
  };
  show(detail);
  return section('Links', links);
}

function neighbourLists(detail: NodeDetail, index: TraceIndex | null, select: (id: string) => void): HTMLElement[] {
  const groups = new Map<string, HTMLElement[]>();
  for (const neighbour of detail.neighbours) {
    const { edge } = neighbour;
    const name = relation(edge, detail.node.id);
    const link = nodeLink(known(neighbour), select, edgeNote(edge), index ?? undefined);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [link]);
    else group.push(link);
  }
  return [...groups].flatMap(([name, links]) => [
    h('h4', {}, name, h('span', { class: 'tally' }, String(links.length))),
    linkList(links),
  ]);
}
