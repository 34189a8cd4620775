// Runs in: browser. What users named and passed, as they wrote it: no name made readable, no number rounded, nothing empty left out.
import type { Json } from '../../../plugin/model/json.ts';
import { h } from '../base/dom.ts';
import { isDigest } from '../base/format.ts';
import { copyButton } from './copy-button.ts';

export type JsonObject = { [name: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Rows for all names, in the order given; null when there are none. */
export function writtenTable(values: JsonObject): HTMLElement | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return h('dl', { class: 'properties is-verbatim' }, ...entries.flatMap(([name, value]) => [h('dt', { title: name }, name), h('dd', isWide(value) ? { class: 'is-wide' } : {}, writtenElement(value))]));
}

export function isWide(value: Json): boolean {
  return isObject(value) || (Array.isArray(value) && value.some(isObject));
}

export function writtenElement(value: Json): HTMLElement | string {
  if (Array.isArray(value)) return listElement(value);
  if (isObject(value)) return crossTable(value) ?? writtenTable(value) ?? '{}';
  if (typeof value !== 'string') return h('span', { class: value === null ? 'is-null' : 'number' }, String(value));
  if (value === '') return h('span', { class: 'is-null' }, '""');
  return isDigest(value) ? h('span', { class: 'mono' }, h('code', {}, value), copyButton(value, 'Digest')) : h('span', { class: value.includes('\n') ? 'lines' : 'text' }, value);
}

function listElement(list: Json[]): HTMLElement | string {
  if (list.length === 0) return '[]';
  const isPlain = !list.some((item) => typeof item === 'object' && item !== null);
  return h(isPlain ? 'ul' : 'ol', { class: isPlain ? 'plain-list' : 'nested-list' }, ...list.map((item) => h('li', {}, writtenElement(item))));
}

/** Objects of one shape (statistics per column, say) read best as a table; null when they are not. */
function crossTable(value: JsonObject): HTMLElement | null {
  const rows = Object.entries(value);
  const columns = [...new Set(rows.flatMap(([, row]) => (isObject(row) ? Object.keys(row) : [])))];
  const isFlat = rows.every(([, row]) => isObject(row) && Object.values(row).every((cell) => typeof cell !== 'object' || cell === null));
  if (rows.length === 0 || columns.length === 0 || columns.length > 8 || !isFlat) return null;
  const head = h('tr', {}, h('td', {}), ...columns.map((column) => h('th', { scope: 'col' }, column)));
  const body = rows.map(([name, row]) =>
    h('tr', {}, h('th', { scope: 'row' }, name), ...columns.map((column) => h('td', {}, column in (row as JsonObject) ? writtenElement((row as JsonObject)[column]!) : ''))),
  );
  return h('div', { class: 'cross-table', tabindex: 0, role: 'group', 'aria-label': 'Table' }, h('table', {}, h('thead', {}, head), h('tbody', {}, ...body)));
}
