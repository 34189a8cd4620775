// Runs in: browser. A table's first rows, as they were when it was recorded.
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { unfold } from './property-table.ts';
import { isObject } from './written.ts';
import { section } from './section.ts';

type Row = { [column: string]: Json };

export function firstRowsSection({ node, details }: NodeDetail): HTMLElement | null {
  const rows = unfold(details['firstRows'] ?? null);
  if (!Array.isArray(rows) || !rows.every(isObject) || rows.length === 0) return null;
  const told = unfold(node.properties['statistics'] ?? null);
  const statistics = isObject(told) ? told : {};
  const types = isObject(statistics['columns']) ? statistics['columns'] : {};
  const columns = Object.keys(rows[0]!);
  return section('First rows', rowsTable(rows, columns, types), h('p', { class: 'quiet' }, extent(rows.length, columns.length, statistics, types)));
}

function rowsTable(rows: Row[], columns: string[], types: Row): HTMLElement {
  const looks = columns.map((column) => (rows.every((row) => row[column] === null || typeof row[column] === 'number') ? { class: 'is-number' } : {}));
  const head = columns.map((column, index) => {
    const known = types[column];
    const type = isObject(known) && typeof known['type'] === 'string' ? known['type'] : null;
    return h('th', { scope: 'col', ...looks[index] }, column, type !== null && h('span', { class: 'column-type', title: type }, type.toLowerCase()));
  });
  const body = rows.map((row) => h('tr', {}, ...columns.map((column, index) => cell(row[column] ?? null, looks[index]!))));
  return h('div', { class: 'first-rows', tabindex: 0, role: 'group', 'aria-label': 'First rows' }, h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...body)));
}

function cell(value: Json, look: { class?: string }): HTMLElement {
  if (value === null) return h('td', look, h('span', { class: 'is-null' }, 'null'));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return h('td', { ...look, title: text.length > 24 ? text : null }, text);
}

/** `First 5 of 1,234 rows, 30 of 41 columns`. */
function extent(rows: number, columns: number, { rows: all, columnsLeftOut }: Row, types: Row): string {
  const wide = Object.keys(types).length + (typeof columnsLeftOut === 'number' ? columnsLeftOut : 0);
  const ofRows = typeof all === 'number' && all > rows ? `The first ${count(rows)} of ${counted(all, 'row')}` : `All ${counted(rows, 'row')}`;
  return `${ofRows}${wide > columns ? `, ${count(columns)} of ${counted(wide, 'column')}` : ''}.`;
}
