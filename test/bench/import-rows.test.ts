import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../plugin/graph/connection.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import { Telling } from '../graph-ui/fixture-builder.ts';
import { neo4j, unique } from '../support/engines.ts';
import { contentOf, openDriver, removeScope } from '../support/graph-content.ts';
import { temporaryDirectory } from '../support/recorded.ts';
import { ImportRows } from './import-rows.ts';

/** Reads what `neo4j-admin` would: quoted fields, doubled quotes, lists split at U+001F. */
function rowsOf(file: string): { [column: string]: unknown }[] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of readFileSync(file, 'utf8').matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\n') lines.push([]);
  }
  const [header, ...rows] = lines.slice(0, -1) as [string[], ...string[][]];
  return rows.map((row) => Object.fromEntries(header.map((column, index) => {
    const [name, type] = column.split(/:(?=[^:]*$)/) as [string, string];
    const text = row[index]!;
    const value = type === 'string[]' ? text.split('\u001f') : type === 'boolean' ? text === 'true' : type === 'string' ? text : Number(text);
    return [name === '' ? type : name, value];
  })));
}

describe('rows for the offline import', () => {
  const driver = openDriver();
  const connection = new Connection(neo4j);
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  const scope = unique('rows');

  beforeAll(async () => {
    directory = await temporaryDirectory();
  });
  afterAll(async () => {
    await removeScope(driver, scope);
    await Promise.all([connection.close(), driver.close(), directory.remove()]);
  });

  /** Two runs that meet in a dataset; one step fails first. */
  const told = (telling: Telling) => {
    const dataset = { kind: 'dataset', uri: `s3://${telling.scope}/a.parquet`, version: 'v1', sha256: 'ab'.repeat(32), size: 7 };
    const making = telling.run('make', 'make', [{ json: { seed: 1, note: 'a "b", c' } }]);
    making.close(making.step('make', { takes: [making.argument(0)], makes: [dataset], gives: { dataset, ratio: 0.5 }, failures: ['no\nluck'] }));
    const using = telling.run('use', 'use', [{ json: dataset }]);
    using.close(using.step('use', { takes: [using.argument(0)], uses: [dataset], gives: null, params: { a: 1 }, metrics: { loss: 0.25 } }));
    return telling.records;
  };

  it('hold exactly what the writer stores', async () => {
    const records = told(new Telling(scope));
    await new GraphWriter(connection).write(records);
    const written = await contentOf(driver, scope);
    const rows = new ImportRows(directory.path);
    rows.add(records);
    const { nodes, relationships } = rows.close();
    const ids = new Map<unknown, unknown>();
    const made = nodes.flatMap(({ labels, file }) => rowsOf(file).map(({ ID, ...properties }) => {
      ids.set(ID, properties.id);
      return { labels: labels.split(':'), properties };
    }));
    const related = relationships.flatMap(({ type, file }) => rowsOf(file).map(({ START_ID, END_ID, ...properties }) => ({ from: ids.get(START_ID), to: ids.get(END_ID), type, properties })));
    const inScope = (id: unknown) => String(id).includes(scope);
    const byId = (a: { properties: { [name: string]: unknown } }, b: { properties: { [name: string]: unknown } }) => (String(a.properties.id) < String(b.properties.id) ? -1 : 1);
    expect(made.filter(({ properties }) => inScope(properties.id)).sort(byId)).toEqual((written.nodes as typeof made).sort(byId));
    expect(related.filter(({ from }) => inScope(from)).sort(byId)).toEqual((written.edges as typeof related).sort(byId));
    expect(related.length).toBeGreaterThan(30);
  });

  it('are copied under other names, all but what is shared', async () => {
    const folder = `${directory.path}/copies`;
    const rows = new ImportRows(folder);
    const telling = new Telling(scope);
    telling.run('first', 'first');
    rows.share(telling.records.splice(0));
    const before = rows.counts;
    telling.run('next', '00000001', [{ json: 1 }]);
    rows.add(telling.records.splice(0), 3);
    const { nodes, relationships } = rows.close();
    const all = nodes.flatMap(({ file }) => rowsOf(file));
    const edges = relationships.flatMap(({ file }) => rowsOf(file));
    expect(rows.counts).toEqual({ nodes: all.length, edges: edges.length });
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
    expect((all.length - before.nodes) % 4).toBe(0);
    expect(all.filter(({ workflowId }) => workflowId !== undefined).map(({ workflowId }) => workflowId)).toEqual(
      [`first-${scope}`, ...['01', '21', '41', '61'].map((number) => `000000${number}-${scope}`)]);
    const known = new Set(all.map(({ ID }) => ID));
    expect(edges.every(({ START_ID, END_ID }) => known.has(START_ID) && known.has(END_ID))).toBe(true);
  });
});
