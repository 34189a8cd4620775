// Runs in: CLI (chaos). Random pipelines: none of them may fail, whatever is killed.
import type { Dice } from './dice.ts';

/** One activity: how long it takes, and how many of its attempts fail before one succeeds. */
export interface Task {
  ms: number;
  fails: number;
  /** Whether it tells by heartbeats how far it is. */
  beats: boolean;
}

export type Stage =
  | { kind: 'steps' | 'local'; tasks: Task[] }
  /** A child workflow, which waits for a signal of its parent before its last stage. */
  | { kind: 'child'; stages: Stage[] }
  /** Waits for a signal from outside. */
  | { kind: 'signal' }
  /** The rest is another run's. */
  | { kind: 'continue' };

/** The stages of one pipeline. */
export function pipelineOf(dice: Dice): Stage[] {
  const stages: Stage[] = [steps(dice), steps(dice)];
  if (dice.chance(0.5)) stages.push({ kind: 'local', tasks: tasks(dice, 3) });
  if (dice.chance(0.4)) stages.push({ kind: 'child', stages: [steps(dice), { kind: 'signal' }, steps(dice)] });
  if (dice.chance(0.3)) stages.push({ kind: 'signal' });
  if (dice.chance(0.4)) stages.push({ kind: 'continue' }, steps(dice));
  return [...stages, steps(dice)];
}

function steps(dice: Dice): Stage {
  return { kind: 'steps', tasks: tasks(dice, 8) };
}

function tasks(dice: Dice, most: number): Task[] {
  return Array.from({ length: dice.between(1, most) }, () => {
    const kind = dice.next();
    const ms = kind < 0.6 ? dice.between(0, 30) : kind < 0.9 ? dice.between(50, 400) : dice.between(500, 1_500);
    return { ms, fails: dice.chance(0.25) ? dice.between(1, 2) : 0, beats: ms >= 500 };
  });
}
