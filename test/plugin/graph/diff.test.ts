import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeNode } from '../../../plugin/capture/code-version.ts';
import { environmentNode } from '../../../plugin/capture/environment.ts';
import { Connection } from '../../../plugin/graph/connection.ts';
import { differences } from '../../../plugin/graph/diff.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import type { NodeAssertion } from '../../../plugin/model/record.ts';
import { neo4j, unique } from '../../support/engines.ts';

describe('differences', () => {
  it('are what was added, removed and changed, in the order of the names', () => {
    expect(differences({ id: 'a', os: 'Linux', cpuCount: 4, gpus: ['A', 'B'], gone: true }, { id: 'b', os: 'Linux', cpuCount: 8, gpus: ['A'], more: 1 })).toEqual([
      { property: 'cpuCount', kind: 'changed', from: 4, to: 8 },
      { property: 'gone', kind: 'removed', from: true },
      { property: 'gpus', kind: 'changed', from: ['A', 'B'], to: ['A'] },
      { property: 'more', kind: 'added', to: 1 },
    ]);
  });

  it('look into what holds several things by name', () => {
    expect(differences({ libraries: '{"a":"1","b":"2","c":{"x":1}}' }, { libraries: '{"c":{"x":1},"b":"3","d":"4"}', params: '{"trees":5}' })).toEqual([
      { property: 'libraries', key: 'a', kind: 'removed', from: '1' },
      { property: 'libraries', key: 'b', kind: 'changed', from: '2', to: '3' },
      { property: 'libraries', key: 'd', kind: 'added', to: '4' },
      { property: 'params', key: 'trees', kind: 'added', to: 5 },
    ]);
  });

  it('take a text that only begins like JSON as a text', () => {
    expect(differences({ cpu: '{x' }, { cpu: '{}' })).toEqual([{ property: 'cpu', kind: 'changed', from: '{x', to: '{}' }]);
  });
});

describe('a diff', () => {
  const scope = unique('diff');
  const libraries = (lodash: string) => JSON.stringify({ lodash, express: '5.3.0' });
  const before = environmentNode({ os: 'Linux', host: scope, libraries: libraries('4.17.20'), temporalServer: '1.29.0' });
  const after = environmentNode({ os: 'Linux', host: scope, libraries: libraries('4.17.21'), temporalServer: '1.29.1' });
  const code = codeNode({ packageName: scope });
  let graph: OpenGraph;
  let connection: Connection;

  beforeAll(async () => {
    connection = new Connection(neo4j);
    const now = new Date().toISOString();
    const nodes: NodeAssertion[] = [before, after, code];
    graph = openGraph(neo4j);
    await graph.ready();
    await new GraphWriter(connection).write([{ v: 1, source: 'interceptor', at: now, recordedAt: now, nodes, edges: [] }]);
  });
  afterAll(async () => {
    await graph.close();
    await connection.close();
  });

  it('of two environments says what changed', async () => {
    expect(await graph.diff(before.id, after.id)).toEqual({
      label: 'Environment', from: before.id, to: after.id, same: false,
      parts: [{
        label: 'Environment', from: [before.id], to: [after.id], compared: true, same: false,
        differences: [
          { property: 'libraries', key: 'lodash', kind: 'changed', from: '4.17.20', to: '4.17.21' },
          { property: 'temporalServer', kind: 'changed', from: '1.29.0', to: '1.29.1' },
        ],
      }],
    });
  });

  it('of a thing with itself is none', async () => {
    expect(await graph.diff(code.id, code.id)).toMatchObject({ same: true, parts: [{ label: 'CodeVersion', differences: [] }] });
  });

  it('needs two things of one kind that are there', async () => {
    await expect(graph.diff(before.id, code.id)).rejects.toThrow(/of the kind Environment, .* of the kind CodeVersion: only things of one kind/);
    await expect(graph.diff(before.id, `${before.id}0`)).rejects.toThrow(/nothing is recorded under the id 'env/);
  });
});
