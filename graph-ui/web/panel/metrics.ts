// Runs in: browser. Metrics, with how each went over the versions of the artifact, or over the steps of the same activity.
import type { AnswerNode, MetricHistory, MetricSeries, NodeDetail } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { api } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { count, plainNumber } from '../base/format.ts';
import { isA } from '../lineage/fold.ts';
import { section } from './section.ts';
import { sparkline } from './sparkline.ts';
import { valueElement } from './property-table.ts';

export type History = Promise<MetricHistory>;

/** Asked once for a panel; null for what measures nothing. */
export function historyOf(node: AnswerNode): History | null {
  return ['ArtifactVersion', 'Step', 'Attempt'].some((label) => isA(node, label)) ? api.metricHistory(node.id) : null;
}

/** @param logged what the attempts behind the node measured */
export function metricsSection(detail: NodeDetail, logged: { [name: string]: Json }, history: History | null): HTMLElement | null {
  return history && section('Metrics', measureList(detail, logged, history, ({ activity }) => activity !== null));
}

/** Fills itself with charts once the history is there; without it the numbers are shown all the same. Its section is hidden while it is empty. */
export function measureList({ node, neighbours }: NodeDetail, known: { [name: string]: Json }, history: History, wanted: (series: MetricSeries) => boolean): HTMLElement {
  const plain = Object.entries(known).map(([name, value]) => [name, row(name, null, null, valueElement(name, value), null)] as const);
  const list = h('div', { class: 'metrics' }, ...plain.map(([, element]) => element));
  const self = isA(node, 'Attempt') ? neighbours.find(({ edge }) => edge.type === 'ATTEMPT_OF')?.node.id : node.id;
  void history.then(({ series }) => {
    const own = series.filter((each) => wanted(each) && each.points.some(({ id }) => id === self));
    const activities = new Set(own.map(({ activity }) => activity));
    const others = plain.filter(([name]) => !own.some(({ metric }) => metric === name));
    fill(list, ...own.map((each) => seriesRow(each, self, isA(node, 'ArtifactVersion') ? 'version' : 'step', activities.size > 1)), ...others.map(([, element]) => element));
  }, () => undefined);
  return list;
}

function seriesRow({ activity, metric, points }: MetricSeries, self: string | undefined, of: string, withActivity: boolean): HTMLElement {
  const at = points.findIndex(({ id }) => id === self);
  const { value } = points[at]!;
  const before = points[at - 1];
  const label = `${metric} of ${count(points.length)} ${of}s, the newest last: ${points.slice(-12).map((point) => plainNumber(point.value)).join(', ')}`;
  const change = before === undefined ? null : h('span', { class: 'metric-change', title: `${before.name}: ${before.value}` }, changeOf(before.value, value));
  return row(metric, withActivity ? activity : null, points.length > 1 ? sparkline(points, at, label) : null, h('span', { class: 'number', title: String(value) }, plainNumber(value)), change);
}

function row(name: string, activity: string | null, chart: SVGElement | null, value: HTMLElement | string, change: HTMLElement | null): HTMLElement {
  return h('div', { class: 'metric' },
    h('span', { class: 'metric-name' }, name, activity !== null && h('span', { class: 'quiet' }, activity)),
    h('span', { class: 'metric-chart' }, chart),
    h('span', { class: 'metric-value' }, value, change),
  );
}

/** Nobody knows whether more is better. */
function changeOf(before: number, now: number): string {
  if (before === now) return 'unchanged';
  const difference = now - before;
  const digits = Math.abs(before) > 0 ? `${((100 * difference) / Math.abs(before)).toFixed(1)} %` : plainNumber(difference);
  return `${difference > 0 ? '+' : ''}${digits}`.replace('-', '−');
}
