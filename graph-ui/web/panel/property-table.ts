// Runs in: browser. Properties as a table to read: times local, sizes human, digests to copy, JSON nested.
import type { Json } from '../../../plugin/model/json.ts';
import { h } from '../base/dom.ts';
import { bytes, count, duration, humanName, isDigest, localTime, plainNumber } from '../base/format.ts';
import { copyButton } from './copy-button.ts';

type JsonObject = { [name: string]: Json };

/** Rows for all properties, in the order given; null when there are none. */
export function propertyTable(properties: JsonObject): HTMLElement | null {
  const entries = Object.entries(properties).filter(([, value]) => value !== null && value !== '');
  if (entries.length === 0) return null;
  return h('dl', { class: 'properties' }, ...entries.flatMap(([name, value]) => propertyRow(name, value)));
}

function propertyRow(name: string, value: Json): HTMLElement[] {
  const inner = unfold(value);
  const isWide = isObject(inner) || (Array.isArray(inner) && inner.some(isObject));
  return [
    h('dt', { title: name }, humanName(name)),
    h('dd', isWide ? { class: 'is-wide' } : {}, valueElement(name, inner)),
  ];
}

/** A value as it reads best; `name` tells sizes and durations from other numbers. */
export function valueElement(name: string, value: Json): HTMLElement | string {
  const inner = unfold(value);
  if (typeof inner === 'string') return textElement(name, inner);
  if (typeof inner === 'number') return numberElement(name, inner);
  if (typeof inner === 'boolean') return inner ? 'Yes' : 'No';
  if (inner === null) return '–';
  if (Array.isArray(inner)) return listElement(name, inner);
  return crossTable(inner) ?? propertyTable(inner) ?? 'Nothing';
}

/** Objects of one shape (statistics per column, say) read best as a table; null when they are not. */
function crossTable(value: JsonObject): HTMLElement | null {
  const rows = Object.entries(value);
  const columns = [...new Set(rows.flatMap(([, row]) => (isObject(row) ? Object.keys(row) : [])))];
  const isFlat = rows.every(([, row]) => isObject(row) && Object.values(row).every((cell) => typeof cell !== 'object' || cell === null));
  if (rows.length === 0 || columns.length === 0 || columns.length > 8 || !isFlat) return null;
  const head = h('tr', {}, h('td', {}), ...columns.map((column) => h('th', { scope: 'col' }, humanName(column))));
  const body = rows.map(([name, row]) =>
    h('tr', {}, h('th', { scope: 'row' }, name), ...columns.map((column) => h('td', {}, valueElement(column, (row as JsonObject)[column] ?? null)))),
  );
  return h('div', { class: 'cross-table', tabindex: 0, role: 'group', 'aria-label': 'Table' }, h('table', {}, h('thead', {}, head), h('tbody', {}, ...body)));
}

function textElement(name: string, text: string): HTMLElement {
  const time = localTime(text);
  if (time !== null) return h('time', { datetime: text, title: text }, time);
  const isId = isDigest(text) || /(^id|Id|uri|commit|digest)$/i.test(name);
  if (!isId) return h('span', { class: text.includes('\n') ? 'lines' : 'text' }, text);
  return h('span', { class: 'mono' }, h('code', {}, text), copyButton(text, humanName(name)));
}

function numberElement(name: string, value: number): HTMLElement {
  const shown = isSize(name) ? bytes(value) : name === 'rows' ? count(value) : name.endsWith('Ms') ? duration(value) : plainNumber(value);
  return h('span', { class: 'number', title: String(value) }, shown);
}

function isSize(name: string): boolean {
  return ['size', 'bytes', 'memory'].includes(name) || name.endsWith('Bytes');
}

function listElement(name: string, list: Json[]): HTMLElement | string {
  if (list.length === 0) return 'None';
  if (!list.some((item) => typeof item === 'object' && item !== null)) {
    return h('ul', { class: 'plain-list' }, ...list.map((item) => h('li', {}, valueElement(name, item))));
  }
  return h('ol', { class: 'nested-list' }, ...list.map((item) => h('li', {}, valueElement(name, item))));
}

/** Neo4j holds no nested values: those are stored as JSON. */
export function unfold(value: Json): Json {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
