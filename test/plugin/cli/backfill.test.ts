import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection as TemporalConnection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditReport } from '../../../plugin/history/audit-report.ts';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { provenance } from '../../support/provenance.ts';
import { engines, neo4j, recorded, sampleWorkflows, temporaryDirectory, unique } from '../../support/recorded.ts';

describe('a backfill', () => {
  const scope = unique('backfilled');
  const env = { TEMPORAL_ADDRESS: engines.temporalAddress, TEMPORAL_NAMESPACE: engines.namespace };
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let graph: OpenGraph;
  const runs: { [name: string]: string } = {};
  const backfill = (name: string, ...more: string[]) => provenance(['backfill', '--json', '--archive', join(directory.path, 'archive'), '--query', `WorkflowId = '${scope}-${name}'`, ...more], env);
  /** How the links into the steps of a run are known. */
  const evidenceOf = async (name: string) => {
    const { edges } = await graph.trace(`${runs[name]}/result`);
    return new Set(edges.filter(({ type }) => type === 'USED').map(({ evidence }) => evidence));
  };

  const bundled = async () => {
    const { code } = await bundleWorkflowCode({ workflowsPath: sampleWorkflows, plugins: [new ProvenancePlugin()], logger: new DefaultLogger('ERROR') });
    const file = join(directory.path, 'workflows.cjs');
    await writeFile(file, code);
    return file;
  };

  beforeAll(async () => {
    directory = await temporaryDirectory();
    graph = openGraph(neo4j);
    await recorded(async ({ start, client }) => {
      for (const name of ['inferred', 'replayed']) {
        const handle = await start('linear', [{ label: 'x', nested: { seed: 1_234_567 } }], { workflowId: `${scope}-${name}` });
        await handle.result();
        runs[name] = `run/${engines.namespace}/${scope}-${name}/${handle.firstExecutionRunId}`;
      }
      await vi.waitFor(async () => expect((await client.workflow.count(`WorkflowId STARTS_WITH '${scope}'`)).count).toBe(2), { timeout: 60_000 });
    }, { plugin: null, clientPlugin: false });
  });
  afterAll(async () => {
    await graph.close();
    await directory.remove();
  });

  it('builds the lineage of a run that had no plugin, and says that nobody watched it', async () => {
    const { code, out } = await backfill('inferred');
    expect(code).toBe(0);
    expect(JSON.parse(out) as AuditReport).toMatchObject({ complete: true, runs: 1, steps: 3, attempts: 3, captured: { full: 0, historyOnly: 3 }, coverage: { workflows: { linear: 1 } } });
    expect(await evidenceOf('inferred')).toEqual(new Set(['inferred']));
  });

  it('knows the links by identity when the code is at hand, as a module or as a bundle', async () => {
    const { code, out, err } = await backfill('replayed', '--replay', await bundled());
    expect(code, err).toBe(0);
    expect(JSON.parse(out) as AuditReport).toMatchObject({ complete: true, runs: 1, steps: 3 });
    expect(await evidenceOf('replayed')).toEqual(new Set(['observed']));
  });

  it('tells them by identity also of a run that it built before without the code, and once', async () => {
    const seal = async (...more: string[]) => {
      const { out, err } = await backfill('inferred', ...more);
      expect(JSON.parse(out), err).toMatchObject({ complete: true, seals: { sealed: 1 } });
      return (await graph.node(runs.inferred!)).node.properties.sealNumber;
    };
    const number = Number(await seal());
    const file = await bundled();
    expect(await seal('--replay', file)).toBe(number + 1);
    const { edges } = await graph.trace(`${runs.inferred}/result`);
    const known = (evidence: string) => new Set(edges.filter((edge) => edge.type === 'USED' && edge.evidence === evidence).map(({ from }) => from));
    expect(known('observed').size).toBe(3);
    expect(known('observed')).toEqual(known('inferred'));
    expect(await seal('--replay', file)).toBe(number + 1);
  });

  it('says what is wrong with what it is given', async () => {
    const none = await backfill('inferred', '--replay', join(directory.path, 'nothing.cjs'));
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain("can't read");
    expect(await provenance(['backfill', '--nonsense'], env)).toMatchObject({ code: 2, out: '' });
    for (const [given, said] of [[['--query', 'nonsense'], /^provenance: Temporal refuses the filter of --query, "nonsense": .*WorkflowType = 'train'"$/], [['--namespace', 'nowhere'], /^provenance: Temporal has no namespace 'nowhere': .*--namespace/]] as const) {
      const refused = await provenance(['audit', ...given], env);
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err.trimEnd().split('\n')).toEqual([expect.stringMatching(said)]);
    }
    const away = await provenance(['audit', '--address', '127.0.0.1:1'], env);
    expect(away).toMatchObject({ code: 3, out: '' });
    expect(away.err).toContain("can't reach Temporal at 127.0.0.1:1");
  });

  it('can be asked for again, and finds nothing left to do', async () => {
    const connection = await TemporalConnection.connect({ address: engines.temporalAddress });
    expect((await new Client({ connection, namespace: engines.namespace }).workflow.count(`WorkflowId STARTS_WITH '${scope}'`)).count).toBe(2);
    await connection.close();
    const again = JSON.parse((await backfill('inferred')).out) as AuditReport;
    expect(again).toMatchObject({ complete: true, runs: 1, seals: { sealed: 1 }, steps: 3 });
  });
});
