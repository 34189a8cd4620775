// Runs in: browser. A table's statistics: its columns as a table, with their types, nulls and bounds.
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { h } from '../base/dom.ts';
import { count, counted, humanName } from '../base/format.ts';
import { type History, measureList } from './metrics.ts';
import { propertyTable, unfold, valueElement } from './property-table.ts';
import { isObject } from './written.ts';
import { section } from './section.ts';

type Values = { [name: string]: Json };

/** In this order, then what else is told of columns. */
const FIRST = ['type', 'nulls', 'min', 'max', 'mean'];
const FEW = 15;

export function statisticsSections(detail: NodeDetail, history: History | null): (HTMLElement | null)[] {
  const told = unfold(detail.node.properties['statistics'] ?? null);
  if (told === null) return [];
  if (!isObject(told)) return [section('Statistics', valueElement('statistics', told))];
  const { columns, columnsLeftOut, ...others } = told;
  const all = isObject(columns) ? Object.entries(columns) : [];
  const isTable = all.length > 0 && all.every(([, column]) => isObject(column));
  const shown = isTable ? others : told;
  const numbers = Object.fromEntries(Object.entries(shown).filter(([, value]) => typeof value === 'number'));
  const rest = Object.fromEntries(Object.entries(shown).filter(([, value]) => typeof value !== 'number'));
  const statistics = section('Statistics', Object.keys(numbers).length > 0 && history !== null ? measureList(detail, numbers, history, ({ activity }) => activity === null) : propertyTable(numbers), propertyTable(rest));
  if (!isTable) return [statistics];
  const leftOut = typeof columnsLeftOut === 'number' ? `${counted(columnsLeftOut, 'more column')} not looked at.` : '';
  return [
    statistics,
    section(`Columns (${count(all.length)})`, columnTable(all.slice(0, FEW) as [string, Values][], told),
      all.length > FEW && h('details', {}, h('summary', {}, `${count(all.length - FEW)} more columns`), columnTable(all.slice(FEW) as [string, Values][], told)),
      leftOut !== '' && h('p', { class: 'quiet' }, leftOut)),
  ];
}

function columnTable(columns: [name: string, column: Values][], { rows }: Values): HTMLElement {
  const names = [...new Set([...FIRST.filter((name) => columns.some(([, column]) => name in column)), ...columns.flatMap(([, column]) => Object.keys(column))])].slice(0, 8);
  const head = h('tr', {}, h('th', { scope: 'col' }, 'Column'), ...names.map((name) => h('th', { scope: 'col', class: isRight(name, columns) ? 'is-number' : '' }, humanName(name))));
  const body = columns.map(([column, values]) => h('tr', {}, h('th', { scope: 'row', title: column }, column), ...names.map((name) =>
    h('td', { class: isRight(name, columns) ? 'is-number' : '' }, cell(name, values[name] ?? null, rows)))));
  return h('div', { class: 'column-table', tabindex: 0, role: 'group', 'aria-label': 'Columns' }, h('table', {}, h('thead', {}, head), h('tbody', {}, ...body)));
}

function cell(name: string, value: Json, rows: Json | undefined): HTMLElement | string {
  if (value === null) return h('span', { class: 'is-null' }, '–');
  if (name === 'type' && typeof value === 'string') return h('span', { title: value }, value.toLowerCase());
  if (name !== 'nulls' || typeof value !== 'number') return typeof value === 'string' ? h('span', { title: value }, value) : valueElement(name, value);
  return h('span', { title: `${count(value)} of ${typeof rows === 'number' ? counted(rows, 'row') : 'all rows'}` }, value === 0 ? '0' : typeof rows === 'number' && rows > 0 ? share(value / rows) : count(value));
}

/** Of few among many it still says that there are some. */
function share(part: number): string {
  return part < 0.001 ? '< 0.1 %' : `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
}

function isRight(name: string, columns: [string, Values][]): boolean {
  return name === 'nulls' || (name !== 'type' && columns.every(([, column]) => ['number', 'undefined'].includes(typeof (column[name] ?? undefined))));
}
