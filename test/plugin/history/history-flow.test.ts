import { beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../corpus/case.ts';
import { type CorpusReport, renderReport, reportOf } from '../../corpus/report.ts';
import { runCorpus } from '../../corpus/run.ts';
import { scoreCase } from '../../corpus/score.ts';
import '../../corpus/workflows/index.ts';
import { openDriver } from '../../support/graph-content.ts';
import { neo4j } from '../../support/engines.ts';
import { backfilled, type FetchedRun } from '../../support/backfilled.ts';

describe('the labelled corpus, run by a worker that nobody watches', () => {
  let report: CorpusReport;
  let runs: FetchedRun[] = [];
  let scope = '';

  beforeAll(async () => {
    const graph = await runCorpus(cases, { unwatched: async (client, prefix) => void (runs = await backfilled(client, (scope = prefix))) });
    const edges = graph.edges();
    report = reportOf(cases.map((one) => scoreCase(one.name, one.pattern, one, edges.get(one.name) ?? [])));
    console.log(renderReport(report));
  }, 600_000);

  it('has nearly only true links, none of them said to be more than inferred, and most of those that there are', () => {
    const { inferred, declared } = report.grades;
    expect(inferred.edges).toBeGreaterThan(100);
    expect(inferred.precision).toBeGreaterThanOrEqual(0.95);
    expect(declared.edges).toBe(0);
    expect(report.recall).toBeGreaterThan(0.9);
  });

  it('has a Step with an outcome of every activity of every history, and its final attempt', async () => {
    const driver = openDriver();
    let compared = 0;
    try {
      const { records } = await driver.executeQuery(
        `MATCH (r:Run)<-[p:PART_OF]-(s:Step {kind: 'activity'}) WHERE r.workflowId STARTS WITH $scope AND s.outcome IS NOT NULL AND (p.via IS NOT NULL OR EXISTS { (s)<-[:ATTEMPT_OF]-(:Attempt) })
         RETURN r.runId AS run, count(s) AS steps`, { scope }, { database: neo4j.database });
      const steps = new Map(records.map((record) => [String(record.get('run')), Number(record.get('steps'))]));
      for (const { run, history } of runs) {
        const started = (history.events ?? []).filter(({ activityTaskStartedEventAttributes: event }) => event).length;
        expect([run.workflowId, steps.get(run.runId) ?? 0]).toEqual([run.workflowId, started]);
        compared += started;
      }
    } finally {
      await driver.close();
    }
    expect(runs.length).toBeGreaterThan(cases.length);
    expect(compared).toBeGreaterThan(600);
  });
});
