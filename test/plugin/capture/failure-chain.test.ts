import type { Info } from '@temporalio/activity';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { attemptKeys } from '../../../plugin/capture/attempt-records.ts';
import { failureChain, failureDetail, failureProperties } from '../../../plugin/capture/failure-chain.ts';

describe('a chain of failures', () => {
  it('ends, also where causes go round in a circle, or no error was thrown', () => {
    const one = new Error('one');
    one.cause = new Error('two', { cause: one });
    expect(failureChain(one)).toHaveLength(20);
    expect(failureChain('text')).toEqual([{ type: 'string', message: 'text' }]);
    expect(failureChain(Object.create(null))).toHaveLength(1);
    expect(failureChain(new Error('x', { cause: 'text' }))).toHaveLength(1);
  });

  it('tells types and timeout kinds, and nothing of its words where nothing may be shown', () => {
    const chain = failureChain(ApplicationFailure.create({ message: 'secret words', type: 'Outer', nonRetryable: true, cause: new TimeoutFailure('late', undefined, 'HEARTBEAT') }));
    expect(failureProperties(chain)).toEqual({ failureType: 'Outer', failureTypes: ['Outer', 'TimeoutFailure'], nonRetryable: true, timeoutType: 'HEARTBEAT' });
    expect(failureDetail({ failure: () => ({}) }, chain)).toEqual({});
  });
});

it('a standalone activity has ids of its own in the place of a run', () => {
  const info = { namespace: 'n', activityId: 'a', activityRunId: 'r', attempt: 2, currentAttemptScheduledTimestampMs: 5, isLocal: false } as Info;
  const { step, attempt } = attemptKeys(info, undefined);
  expect([step.id, attempt.id]).toEqual(['step/n/a/r/standalone/a/1', 'step/n/a/r/standalone/a/1/attempt/2%405']);
});
