// Runs in: worker. How good the scores are.
import type { Score } from './delay-model.ts';
import type { Metrics } from './messages.ts';

export interface Outcome {
  late: 0 | 1;
  /** Minutes. */
  delay: number;
}

export interface RocPoint {
  falsePositiveRate: number;
  truePositiveRate: number;
}

export interface Decile {
  /** 1 holds the flights that the model thinks safest, 10 the riskiest. */
  decile: number;
  predicted: number;
  observed: number;
}

/** @param baseRate the training set's late rate: what one would say without a model. */
export function measure(scores: Score[], outcomes: Outcome[], baseRate: number): Metrics {
  const late = outcomes.map((outcome) => outcome.late);
  return {
    rows: outcomes.length,
    lateRate: mean(late),
    auc: areaUnder(rocCurve(scores, outcomes)),
    brier: mean(scores.map(({ probability }, row) => (probability - late[row]!) ** 2)),
    brierOfBaseRate: mean(late.map((outcome) => (baseRate - outcome) ** 2)),
    topDecileLateRate: deciles(scores, outcomes).at(-1)!.observed,
    delayMeanAbsoluteError: mean(scores.map(({ expectedDelay }, row) => Math.abs(expectedDelay - outcomes[row]!.delay))),
  };
}

/** From (0, 0) to (1, 1), one point for each distinct probability. */
export function rocCurve(scores: Score[], outcomes: Outcome[]): RocPoint[] {
  const ranked = rank(scores, outcomes).toReversed();
  const lateTotal = ranked.filter(({ late }) => late === 1).length;
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let late = 0;
  for (const [place, row] of ranked.entries()) {
    late += row.late;
    if (ranked[place + 1]?.probability === row.probability) continue;
    points.push({
      falsePositiveRate: (place + 1 - late) / (ranked.length - lateTotal),
      truePositiveRate: late / lateTotal,
    });
  }
  return points;
}

/** Predicted and observed late rates, by tenths of the predicted one. */
export function deciles(scores: Score[], outcomes: Outcome[]): Decile[] {
  const ranked = rank(scores, outcomes);
  return Array.from({ length: 10 }, (_, tenth) => {
    const part = ranked.slice(Math.floor((ranked.length * tenth) / 10), Math.floor((ranked.length * (tenth + 1)) / 10));
    return {
      decile: tenth + 1,
      predicted: mean(part.map(({ probability }) => probability)),
      observed: mean(part.map(({ late }) => late)),
    };
  });
}

function areaUnder(curve: RocPoint[]): number {
  let area = 0;
  for (let i = 1; i < curve.length; i++) {
    const from = curve[i - 1]!;
    const to = curve[i]!;
    area += ((to.falsePositiveRate - from.falsePositiveRate) * (from.truePositiveRate + to.truePositiveRate)) / 2;
  }
  return area;
}

function rank(scores: Score[], outcomes: Outcome[]): { probability: number; late: 0 | 1 }[] {
  return scores
    .map(({ probability }, row) => ({ probability, late: outcomes[row]!.late }))
    .sort((a, b) => a.probability - b.probability);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
