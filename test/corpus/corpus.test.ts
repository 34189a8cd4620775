// Runs in: tests. The labelled corpus: what is recorded of data flow, held against what is true.
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { cases } from './case.ts';
import type { CorpusGraph } from './graph.ts';
import { type CorpusReport, renderReport, reportOf } from './report.ts';
import { runCorpus } from './run.ts';
import { parseEdge, scoreCase } from './score.ts';
import './workflows/index.ts';

describe('the labelled corpus', () => {
  let graph: CorpusGraph;
  let report: CorpusReport;

  beforeAll(async () => {
    graph = await runCorpus(cases, { cache: true });
    const edges = graph.edges();
    report = reportOf(cases.map((one) => scoreCase(one.name, one.pattern, one, edges.get(one.name) ?? [])));
    const file = process.env.PROVENANCE_CORPUS_REPORT;
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
    console.log(renderReport(report));
  }, 600_000);

  it('has at least 60 workflows, whose labels do not contradict each other', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const { tempting = [], ...one } of cases) {
      const truth = [one.observed, one.declared, one.inferred, one.implied, ...Object.values(one.unknowable ?? {})].flatMap((texts) => texts ?? []);
      for (const text of [...truth, ...tempting]) parseEdge(text);
      expect(tempting.filter((text) => truth.includes(text))).toEqual([]);
      expect(new Set(truth).size).toBe(truth.length);
    }
  });

  it('what is said to be observed or declared is true, and nearly all that is inferred', () => {
    const { observed, declared, inferred } = report.grades;
    expect(observed.precision).toBe(1);
    expect(declared.precision).toBe(1);
    expect(inferred.precision).toBeGreaterThanOrEqual(0.98);
    for (const { edges } of Object.values(report.grades)) expect(edges).toBeGreaterThan(0);
  });

  it('nearly all that can be known is found, and what falls short has a reason', () => {
    expect(report.recall).toBeGreaterThanOrEqual(0.95);
    for (const { reason, recall, precision } of report.patterns) if (recall < 1 || precision < 1) expect(reason).toBeDefined();
  });

  it('with the workflow cache off, each task replaying its run, the graph is the same node for node', async () => {
    const replayed = (await runCorpus(cases, { cache: false })).normalised();
    const cached = graph.normalised();
    expect(replayed.nodes).toEqual(cached.nodes);
    expect(replayed.edges).toEqual(cached.edges);
  }, 600_000);
});
