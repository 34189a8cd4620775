// Runs in: browser. Metrics, with how each went over the versions of the artifact, or over the steps of the same activity.
import type { MetricSeries, NodeDetail } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { api } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { count, plainNumber } from '../base/format.ts';
import { isA } from '../lineage/fold.ts';
import { section } from './section.ts';
import { sparkline } from './sparkline.ts';
import { valueElement } from './property-table.ts';

/** @param logged what the attempts behind the node measured; null where the node measures nothing */
export function metricsSection(detail: NodeDetail, logged: { [name: string]: Json }): HTMLElement | null {
  const { node } = detail;
  const isVersion = isA(node, 'ArtifactVersion');
  if (Object.keys(logged).length === 0 && !isVersion) return null;
  const list = h('div', { class: 'metrics' }, ...Object.entries(logged).map(([name, value]) => row(name, null, null, valueElement(name, value), null)));
  const part = section('Metrics', list)!;
  part.hidden = list.childElementCount === 0;
  // Without their history they are shown all the same.
  void api.metricHistory(node.id).then(({ series }) => {
    const self = isA(node, 'Attempt') ? detail.neighbours.find(({ edge }) => edge.type === 'ATTEMPT_OF')?.node.id : node.id;
    const own = series.filter(({ points }) => points.some(({ id }) => id === self));
    if (own.length === 0) return;
    const others = Object.entries(logged).filter(([name]) => !own.some(({ metric }) => metric === name));
    const activities = new Set(own.map(({ activity }) => activity));
    fill(list, ...own.map((each) => seriesRow(each, self, isVersion ? 'version' : 'step', activities.size > 1)), ...others.map(([name, value]) => row(name, null, null, valueElement(name, value), null)));
    part.hidden = false;
  }, () => undefined);
  return part;
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
