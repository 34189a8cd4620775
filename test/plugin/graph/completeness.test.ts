// Runs in: tests. How far the record is proved, now and at a past time, against what the records themselves say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Completeness } from '../../../plugin/graph/answers.ts';
import { completeness } from '../../../plugin/graph/completeness.ts';
import { Connection } from '../../../plugin/graph/connection.ts';
import { runId } from '../../../plugin/model/id.ts';
import { graphOf, propertiesOf } from '../../../plugin/model/merge.ts';
import type { Properties, ProvenanceRecord } from '../../../plugin/model/record.ts';
import { neo4j, unique } from '../../support/engines.ts';
import { type GraphWith, graphWith } from '../../support/graph-with.ts';

const scope = unique('complete');
const COUNT = 60;
/** Before all that others write into the same graph. */
const YEAR = 1999;
const time = (day: number, hour = 0) => new Date(Date.UTC(YEAR, 4, day, hour)).toISOString();
const id = (number: number) => runId({ namespace: 'default', workflowId: `order, "${number}" ${scope}`, runId: `${scope}-${number}` });

/** Runs of ten days: some are sealed on the same day, some later, some first found wanting; some have gaps, told at once or later. */
function records(): ProvenanceRecord[] {
  const told: ProvenanceRecord[] = [];
  const say = (at: string, number: number, aspect: string, set: Properties, timeless?: true) =>
    told.push({ v: 1, source: 'history', at, recordedAt: at, nodes: [{ label: 'Run', id: id(number), aspect, set, ...(timeless && { timeless }) }], edges: [] });
  for (let number = 0; number < COUNT; number++) {
    const day = 1 + (number % 10);
    say(time(day), number, 'started', { namespace: 'default', workflowId: `order, "${number}" ${scope}`, runId: `${scope}-${number}`, workflowType: 'order', startedAt: time(day) });
    if (number % 4 !== 0) say(time(day, 1), number, 'ended', { outcome: 'completed' });
    if (number % 3 === 0) say(time(day, 2), number, `counted:gaps/agent%2F${number}/1`, { gaps: 1 }, true);
    if (number % 5 === 0) say(time(day + 2), number, `counted:gaps/agent%2F${number}/2`, { gaps: 2 }, true);
    if (number % 7 === 0) say(time(day + 1), number, 'sealed', { seal: 'failed', sealMissing: 3, sealUnconfirmed: 2 });
    if (number % 2 === 0) say(time(day + 3), number, 'sealed', { seal: 'sealed', sealMissing: 0 });
  }
  return told;
}

/** What the records that were told by then say, counted one by one. */
function expected(asOf: string): Pick<Completeness, 'counts' | 'days'> & { wanting: string[] } {
  const runs = [...graphOf(records().filter(({ recordedAt }) => recordedAt <= asOf)).nodes.values()].map((node) => propertiesOf(node)!);
  const countsOf = (some: Properties[]) => ({
    runs: some.length,
    ...Object.fromEntries(['sealed', 'open', 'failed', 'unsealed'].map((seal) => [seal, some.filter((run) => (run.seal ?? 'unsealed') === seal).length])) as { sealed: number; open: number; failed: number; unsealed: number },
    withGaps: some.filter(({ gaps }) => gaps !== undefined).length,
  });
  const dayOf = ({ recordedAt }: Properties) => String(recordedAt).slice(0, 10);
  const newest = (a: Properties, b: Properties) => (a.recordedAt! > b.recordedAt! || (a.recordedAt === b.recordedAt && a.id! < b.id!) ? -1 : 1);
  return {
    counts: { ...countsOf(runs), unconfirmed: runs.reduce((sum, run) => sum + Number(run.sealUnconfirmed ?? 0), 0) },
    days: [...new Set(runs.map(dayOf))].sort().map((day) => ({ day, ...countsOf(runs.filter((run) => dayOf(run) === day)) })),
    wanting: runs.filter(({ seal, gaps }) => seal !== 'sealed' || gaps !== undefined).sort(newest).map((run) => String(run.id)),
  };
}

describe('completeness', () => {
  let all: GraphWith;
  let connection: Connection;

  beforeAll(async () => {
    all = await graphWith(scope, records());
    connection = new Connection(neo4j);
  });
  afterAll(() => Promise.all([all.close(), connection.close()]));

  it.each([time(1), time(3, 1), time(5), time(8, 12), `${YEAR}-05-11`, `${YEAR}-12-31`])('as it was on %s, in pages that leave nothing out', async (asOf) => {
    const told = expected(asOf.length === 10 ? `${asOf}T23:59:59.999Z` : asOf);
    const wanting: string[] = [];
    for (let after: string | undefined; ; ) {
      const answer: Completeness = await all.graph.completeness({ asOf, limit: 7, ...(after !== undefined && { after }) });
      expect(answer).toMatchObject({ asOf: expect.stringContaining(String(YEAR)), counts: told.counts, days: told.days });
      wanting.push(...answer.wanting.map((run) => run.id));
      if (answer.next === null) break;
      after = answer.next;
    }
    expect(wanting).toEqual(told.wanting);
  });

  it('as it was, however many runs are looked at together', async () => {
    const whole = await all.graph.completeness({ asOf: time(6), limit: 50 });
    for (const together of [1, 3, 10]) expect(await completeness(connection, { asOf: time(6), limit: 50 }, together)).toEqual(whole);
  });

  it('as it is now', async () => {
    const told = expected('9999');
    const { days, asOf } = await all.graph.completeness({ limit: 1 });
    expect(days.filter(({ day }) => day.startsWith(String(YEAR)))).toEqual(told.days);
    expect(asOf).toBeUndefined();
  });

  it('knew nothing before anything was told', async () => {
    expect(await all.graph.completeness({ asOf: '1990-01-01' })).toMatchObject({ counts: { runs: 0 }, days: [], wanting: [], next: null });
  });
});
