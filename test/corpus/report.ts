// Runs in: tests. The corpus' report: precision and recall by evidence and by pattern, as JSON and as a table. Pure.
import { type CaseScore, GRADES, type Grade, groupBy, perGrade } from './score.ts';

export interface CorpusReport {
  /** `edges`: how many were recorded. `recall`: of the true edges that can be known in this way. */
  grades: Record<Grade, { precision: number; recall: number; edges: number }>;
  /** Recall over all that identity, declarations or values can know. */
  recall: number;
  cases: number;
  /** `recall`: of all true edges, those included that nobody could know. `reason`: why it falls short of 1. */
  patterns: { pattern: string; cases: number; precision: number; recall: number; reason?: string }[];
}

export function reportOf(scores: CaseScore[]): CorpusReport {
  const known = GRADES.map((grade) => sum(scores, ({ known: all }) => all[grade]));
  return {
    grades: perGrade((grade) => {
      const { edges, right } = sum(scores, ({ recorded }) => recorded[grade]);
      const truth = sum(scores, ({ known: all }) => all[grade]);
      return { precision: ratio(right, edges), recall: ratio(truth.found, truth.edges), edges };
    }),
    recall: ratio(total(known.map(({ found }) => found)), total(known.map(({ edges }) => edges))),
    cases: scores.length,
    patterns: [...groupBy(scores, ({ pattern }) => pattern)].map(([pattern, same]) => patternOf(pattern, same)),
  };
}

function patternOf(pattern: string, scores: CaseScore[]): CorpusReport['patterns'][number] {
  const recorded = GRADES.map((grade) => sum(scores, (score) => score.recorded[grade]));
  const truth = [...GRADES.map((grade) => sum(scores, ({ known }) => known[grade])), sum(scores, ({ unknowable: { edges, found } }) => ({ edges, found }))];
  const list = (heading: string, texts: string[]) => (texts.length === 0 ? [] : [`${heading}: ${texts.slice(0, 6).join('; ')}${texts.length > 6 ? `; and ${texts.length - 6} more` : ''}`]);
  const reasons = [
    ...new Set(scores.flatMap(({ unknowable: { edges, found, reasons: why } }) => (found < edges ? why : []))),
    ...list('missed', scores.flatMap(({ missed, name }) => missed.map((edge) => `${name}: ${edge}`))),
    ...list('wrong', scores.flatMap(({ wrong, name }) => wrong.map((edge) => `${name}: ${edge}`))),
  ];
  return {
    pattern,
    cases: scores.length,
    precision: ratio(total(recorded.map(({ right }) => right)), total(recorded.map(({ edges }) => edges))),
    recall: ratio(total(truth.map(({ found }) => found)), total(truth.map(({ edges }) => edges))),
    ...(reasons.length > 0 && { reason: reasons.join('. ') }),
  };
}

/** The report for a terminal. */
export function renderReport({ cases, grades, patterns, recall }: CorpusReport): string {
  const figure = (number: number) => number.toFixed(3);
  const width = Math.max(...patterns.map(({ pattern }) => pattern.length));
  return [
    `Corpus: ${cases} labelled workflows, ${patterns.length} patterns. Recall over all that can be known: ${figure(recall)}`,
    '',
    `${'evidence'.padEnd(width)}  precision  recall  edges`,
    ...GRADES.map((grade) => `${grade.padEnd(width)}  ${figure(grades[grade].precision).padStart(9)}  ${figure(grades[grade].recall).padStart(6)}  ${String(grades[grade].edges).padStart(5)}`),
    '',
    `${'pattern'.padEnd(width)}  precision  recall  cases`,
    ...patterns.map(({ cases: count, pattern, precision, reason, recall: part }) =>
      `${pattern.padEnd(width)}  ${figure(precision).padStart(9)}  ${figure(part).padStart(6)}  ${String(count).padStart(5)}${reason === undefined ? '' : `  ${reason}`}`),
    '',
  ].join('\n');
}

function sum<K extends string>(scores: CaseScore[], of: (score: CaseScore) => Record<K, number>): Record<K, number> {
  const sums = {} as Record<K, number>;
  for (const part of scores.map(of)) for (const name of Object.keys(part) as K[]) sums[name] = (sums[name] ?? 0) + part[name];
  return sums;
}

const total = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

/** Nothing out of nothing is all of it. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
