// Runs in: tests.
import { describe, expect, it } from 'vitest';
import { reportOf } from './report.ts';
import { edgeText, isWithinEdge, parseEdge, scoreCase } from './score.ts';

const recorded = (evidence: string, text: string) => ({ ...parseEdge(text), evidence });

describe('scoring', () => {
  it('reads edges as they are written, and refuses what is none', () => {
    const text = 'combine /0/left <- produce#2 /rows';
    expect(parseEdge(text)).toEqual({ to: 'combine', toPath: '/0/left', from: 'produce#2', fromPath: '/rows' });
    expect(edgeText(parseEdge(text))).toBe(text);
    expect(edgeText(parseEdge('result <- input'))).toBe('result <- input');
    expect(() => parseEdge('combine produce')).toThrow("'combine produce' is no edge");
  });

  it('takes the same part of both ends for right, and what is broader or elsewhere for wrong', () => {
    const whole = parseEdge('check /0 <- produce');
    expect(isWithinEdge(parseEdge('check /0/rows <- produce /rows'), whole)).toBe(true);
    expect(isWithinEdge(parseEdge('check /0/rows <- produce /items'), whole)).toBe(false);
    expect(isWithinEdge(parseEdge('check /01 <- produce /1'), whole)).toBe(false);
    expect(isWithinEdge(whole, parseEdge('check /0/rows <- produce /rows'))).toBe(false);
    expect(isWithinEdge(parseEdge('check /0 <- transform'), whole)).toBe(false);
  });

  it('counts by evidence, finds an edge by any evidence, and takes what is not labelled for false', () => {
    const score = scoreCase('one', 'pattern', {
      observed: ['check /0 <- produce'], inferred: ['check /1 <- produce /id', 'check /2 <- produce /code'],
      unknowable: { 'too small': ['check /3 <- produce /count'] }, implied: ['check /4 <- produce /rows'],
    }, [
      recorded('inferred', 'check /0/rows <- produce /rows'), recorded('inferred', 'check /1 <- produce /id'),
      recorded('observed', 'check /4 <- produce /rows'), recorded('observed', 'check /0 <- transform'),
    ]);
    expect(score.recorded).toEqual({ observed: { edges: 2, right: 1 }, declared: { edges: 0, right: 0 }, inferred: { edges: 2, right: 2 } });
    expect(score.wrong).toEqual(['observed: check /0 <- transform']);
    expect(score.missed).toEqual(['check /2 <- produce /code']);
    const report = reportOf([score]);
    expect(report.recall).toBeCloseTo(2 / 3);
    expect(report.grades).toEqual({
      observed: { precision: 0.5, recall: 1, edges: 2 }, declared: { precision: 1, recall: 1, edges: 0 }, inferred: { precision: 1, recall: 0.5, edges: 2 },
    });
    expect(report.patterns).toEqual([{
      pattern: 'pattern', cases: 1, precision: 0.75, recall: 0.5,
      reason: 'too small. missed: one: check /2 <- produce /code. wrong: one: observed: check /0 <- transform',
    }]);
  });
});
