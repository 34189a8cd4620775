// Runs in: browser. Recorded properties as a table to read: times local, sizes human, digests to copy, JSON nested.
import type { Json } from '../../../plugin/model/json.ts';
import { h } from '../base/dom.ts';
import { bytes, count, duration, humanName, isDigest, localTime, plainNumber } from '../base/format.ts';
import { copyButton } from './copy-button.ts';
import { isWide, type JsonObject, writtenElement } from './written.ts';

/** Rows for all properties, in the order given; null when there are none. */
export function propertyTable(properties: JsonObject): HTMLElement | null {
  const entries = Object.entries(properties).filter(([, value]) => value !== null && value !== '');
  if (entries.length === 0) return null;
  return h('dl', { class: 'properties' }, ...entries.flatMap(([name, value]) => propertyRow(name, value)));
}

function propertyRow(name: string, value: Json): HTMLElement[] {
  const inner = unfold(value);
  return [h('dt', { title: name }, humanName(name)), h('dd', isWide(inner) ? { class: 'is-wide' } : {}, valueElement(name, inner))];
}

/** A value as it reads best; `name` tells sizes and durations from other numbers. What is inside of it, users named. */
export function valueElement(name: string, value: Json): HTMLElement | string {
  const inner = unfold(value);
  if (typeof inner === 'string') return textElement(name, inner);
  if (typeof inner === 'number') return numberElement(name, inner);
  if (typeof inner === 'boolean') return inner ? 'Yes' : 'No';
  if (inner === null) return '–';
  if (Array.isArray(inner) && inner.length > 0 && !inner.some((item) => typeof item === 'object' && item !== null)) {
    return h('ul', { class: 'plain-list' }, ...inner.map((item) => h('li', {}, valueElement(name, item))));
  }
  return isEmpty(inner) ? 'None' : writtenElement(inner);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
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

/** Neo4j holds no nested values: those are stored as JSON. */
export function unfold(value: Json): Json {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
