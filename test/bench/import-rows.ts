// Runs in: CLI (bench). Records as rows for Neo4j's offline import: what the writer would store, one file for each set of properties.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { sourcesToStore } from '../../plugin/graph/write-edges.ts';
import { propertiesToStore } from '../../plugin/graph/write-nodes.ts';
import { type EdgeState, graphOf } from '../../plugin/model/merge.ts';
import type { Properties, Property, ProvenanceRecord } from '../../plugin/model/record.ts';
import type { ImportFiles } from '../../worker/engines/neo4j-import.ts';

const LIST = '\u001f';
const BUFFERED = 1 << 18;
/** Digests, run ids, ids of edges, and the numbers that the graphs' own names hold: what differs from one pipeline to the next of its kind. */
const NAMES = /[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<!\d)\d{8}(?!\d)|(?<=^|")[\w-]{22}(?="|$)/g;

interface Table {
  path: string;
  file: number;
  text: string[];
  size: number;
}

interface ImportRow {
  table: Table;
  /** Of the node, or of both ends. */
  numbers: number[];
  text: string;
}

/** Files of rows that grow with the records that are added. */
export class ImportRows {
  readonly #folder: string;
  readonly #tables = { nodes: new Map<string, Table>(), relationships: new Map<string, Table>() };
  /** What several runs speak of, by id. The first says all that there is to say: the rest is left out, as the writer finds it there. */
  readonly #shared = new Map<string, number>();
  readonly #names = new Set<string>();
  #nodes = 0;
  #edges = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  get counts(): { nodes: number; edges: number } {
    return { nodes: this.#nodes, edges: this.#edges };
  }

  /** @param records what later ones may speak of again */
  share(records: ProvenanceRecord[]): void {
    const first = this.#nodes;
    const { rows, ids } = this.#rowsOf(records);
    for (const [id, number] of ids) {
      if (number >= first) this.#shared.set(id, number);
      for (const name of id.match(NAMES) ?? []) this.#names.add(name);
    }
    for (const row of rows) this.#write(row.table, row.numbers, row.text);
  }

  /**
   * @param records all that is ever said of the runs in them
   * @param copies how many more of the same, under other names, are to be written; all but what is shared is then another
   */
  add(records: ProvenanceRecord[], copies = 0): void {
    const first = this.#nodes;
    const { rows } = this.#rowsOf(records);
    for (const row of rows) this.#write(row.table, row.numbers, row.text);
    if (copies === 0) return;
    const size = this.#nodes - first;
    const edges = rows.length - size;
    const names: string[] = [];
    const places = new Map<string, number>();
    const cut = rows.map(({ table, numbers, text }) => {
      // Texts and places of names by turns.
      const parts: (string | number)[] = [];
      let end = 0;
      for (const { 0: name, index } of text.matchAll(NAMES)) {
        if (this.#names.has(name)) continue;
        let place = places.get(name);
        if (place === undefined) places.set(name, place = names.push(name) - 1);
        parts.push(text.slice(end, index), place);
        end = index + name.length;
      }
      return { table, numbers, parts: [...parts, text.slice(end)] };
    });
    for (let copy = 1; copy <= copies; copy++) {
      const others = names.map((name) => renamed(name, copy));
      for (const { table, numbers, parts } of cut) {
        let text = '';
        for (const part of parts) text += typeof part === 'number' ? others[part]! : part;
        this.#write(table, numbers.map((number) => (number < first ? number : number + copy * size)), text);
      }
    }
    this.#nodes += copies * size;
    this.#edges += copies * edges;
  }

  /** Writes what is left, and says what is where. */
  close(): ImportFiles {
    const files = (kind: 'nodes' | 'relationships') => [...this.#tables[kind]].map(([key, table]) => {
      flush(table);
      closeSync(table.file);
      return { name: key.split(' ')[0]!, file: table.path };
    });
    return {
      nodes: files('nodes').map(({ name, file }) => ({ labels: name, file })),
      relationships: files('relationships').map(({ name, file }) => ({ type: name, file })),
    };
  }

  #rowsOf(records: ProvenanceRecord[]): { rows: ImportRow[]; ids: Map<string, number> } {
    const { nodes, edges } = graphOf(records);
    const ids = new Map<string, number>();
    const rows: ImportRow[] = [];
    for (const state of nodes.values()) {
      const known = this.#shared.get(state.id);
      ids.set(state.id, known ?? this.#nodes);
      if (known !== undefined) continue;
      rows.push({ ...this.#row('nodes', [state.label, ...state.kinds].join(':'), [':ID'], { id: state.id, ...propertiesToStore(state) }), numbers: [this.#nodes++] });
    }
    for (const edge of edges.values()) {
      if (this.#shared.has(edge.from.id)) continue;
      const numbers = [ids.get(edge.from.id)!, ids.get(edge.to.id)!];
      rows.push({ ...this.#row('relationships', edge.type, [':START_ID', ':END_ID'], storedEdge(edge)), numbers });
      this.#edges++;
    }
    return { rows, ids };
  }

  #row(kind: 'nodes' | 'relationships', name: string, ends: string[], properties: Properties): { table: Table; text: string } {
    const names = Object.keys(properties).sort();
    const columns = names.map((each) => `${each}:${typeOf(properties[each]!)}`);
    const tables = this.#tables[kind];
    const key = `${name} ${columns.join()}`;
    let table = tables.get(key);
    if (!table) {
      const path = join(this.#folder, `${kind}-${tables.size}.csv`);
      table = { path, file: openSync(path, 'w'), text: [`${[...ends, ...columns.map(quoted)].join()}\n`], size: 0 };
      tables.set(key, table);
    }
    return { table, text: names.map((each) => cell(properties[each]!)).join() };
  }

  #write(table: Table, numbers: number[], text: string): void {
    const row = `${numbers.join()},${text}\n`;
    table.text.push(row);
    table.size += row.length;
    if (table.size > BUFFERED) flush(table);
  }
}

function storedEdge({ id, properties, sources, recordedAt }: EdgeState): Properties {
  return { ...properties, id, sources: sourcesToStore(sources), recordedAt };
}

/** As long, of the same kind, and another for each copy. */
function renamed(name: string, copy: number): string {
  if (name.length === 8) return String(Number(name) + copy * 20).padStart(8, '0');
  const digest = hash('sha256', `${name}${copy}`, name.length === 22 ? 'base64url' : 'hex');
  return name.length === 36 ? digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5') : digest.slice(0, name.length);
}

function typeOf(value: Property): string {
  if (Array.isArray(value)) return 'string[]';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'long' : 'double';
  return typeof value;
}

function cell(value: Property): string {
  if (Array.isArray(value)) return quoted(value.join(LIST));
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function flush(table: Table): void {
  writeSync(table.file, table.text.join(''));
  table.text = [];
  table.size = 0;
}
