// Runs in: browser. A list of things as a table to read, and the same as CSV.
import { h } from '../base/dom.ts';
import { counted } from '../base/format.ts';

export interface Column<Row> {
  title: string;
  /** What stands in the cell; what `text` gives where it is left out. */
  cell?: (row: Row) => Node | string | null;
  /** As it stands in a file: whole, and not made human. */
  text: (row: Row) => string | number | null;
  isNumber?: boolean;
  /** Told in a file alone: on the screen another column says it. */
  inFile?: true;
}

/** A table whose rows and columns are known; `csv` has all that the answer has of it. */
export interface Sheet {
  element: HTMLElement;
  csv(): string;
}

/** So many rows are drawn at once; the rest when it is asked for. */
const AT_ONCE = 200;

export function sheet<Row>(caption: string, all: Column<Row>[], rows: Row[]): Sheet {
  const columns = all.filter(({ inFile }) => !inFile);
  const body = h('tbody', {});
  const more = h('button', { class: 'button no-print', type: 'button' });
  let shown = 0;
  const grow = (): void => {
    body.append(...rows.slice(shown, shown + AT_ONCE).map((row) => rowElement(columns, row)));
    shown = Math.min(rows.length, shown + AT_ONCE);
    more.hidden = shown === rows.length;
    more.textContent = `Show ${counted(Math.min(AT_ONCE, rows.length - shown), 'more row')} of ${rows.length - shown}`;
  };
  more.addEventListener('click', grow);
  grow();
  const head = h('tr', {}, ...columns.map(({ title, isNumber }) => h('th', { scope: 'col', class: isNumber ? 'is-number' : '' }, title)));
  const table = h('table', { class: 'sheet' }, h('caption', { class: 'visually-hidden' }, caption), h('thead', {}, head), body);
  return {
    element: h('div', { class: 'sheet-frame', tabindex: 0, role: 'group', 'aria-label': caption }, table, more),
    csv: () => csvOf(all, rows),
  };
}

function rowElement<Row>(columns: Column<Row>[], row: Row): HTMLElement {
  return h('tr', {}, ...columns.map(({ cell, text, isNumber, title }) =>
    h('td', { class: isNumber ? 'is-number' : '', 'data-title': title }, cell ? cell(row) : String(text(row) ?? '–'))));
}

/** RFC 4180. */
export function csvOf<Row>(columns: Column<Row>[], rows: Row[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => text(row)))];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // A spreadsheet takes such a text for a formula (OWASP, CSV injection).
  const text = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
