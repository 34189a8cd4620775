// Runs in: isolate, and worker, CLI for a history. What one run has met so far: the values that came in, by which names, and what came in just now.
import { workflowInfo } from '@temporalio/workflow';
import { maybeGetActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { Flow, type Links } from './flow.ts';
import type { RunResetMessage } from './messages.ts';

/** More than so many things that a step followed are not told: it then waited for the last of many. */
const MOST_FOLLOWED = 8;

export interface Timer {
  source: string;
  durationMs: number;
  at: string;
  /** It has: what has not fired, nothing follows. */
  firedAt?: string;
  followed: string[];
}

export class Trail {
  readonly #flow: Flow;
  readonly #occurrences = new Map<string, number>();
  readonly #timers = new Map<string, Timer>();
  readonly #known = new Set<string>();
  /** What the run has from before it was reset, with the number of resets before which it came. */
  readonly #past = new Map<string, { resets: number; uncertain: boolean }>();
  /** Called with a timer when something has followed it: of others nothing is told. */
  onFollowed: ((timer: Timer) => void) | undefined;
  #cameIn: string[] = [];
  #seed = seed();
  #resets = 0;
  #isCrossing = false;
  #isResetTold = false;

  constructor(paths: 'names' | 'positions') {
    this.#flow = new Flow(paths);
  }

  /** A batch of an activation's jobs is about to be done. */
  begin(batchIndex: number): void {
    if (batchIndex === 0) this.#cameIn = [];
    this.#flow.refill();
    const now = seed();
    // A reset run replays the run that was reset, and gets a seed of its own at the point from where it goes on.
    this.#isCrossing ||= now !== this.#seed;
    this.#seed = now;
  }

  /** The jobs are done; what the workflow's code makes of them comes next. */
  settle(): void {
    if (!this.#isCrossing) return;
    for (const source of this.#known) {
      // With the last events of the old run come the first of the new one: which of the two these are of can't be told here.
      if (!this.#past.has(source)) this.#past.set(source, { resets: this.#resets, uncertain: this.#cameIn.some((each) => each.replace('!', '') === source) });
    }
    this.#resets++;
    this.#isCrossing = false;
    this.#isResetTold = false;
  }

  /** What is to be told of a reset: once, when the run first goes on from there. */
  takeReset(): Pick<RunResetMessage, 'base' | 'past'> | undefined {
    const { runId, originalExecutionRunId, unsafe } = workflowInfo();
    if (originalExecutionRunId === runId || unsafe.isReplaying || this.#isResetTold) return undefined;
    this.#isResetTold = true;
    const past = [...this.#past].filter(([, { resets }]) => resets === 0).map(([source, { uncertain }]): [string, 1?] => (uncertain ? [source, 1] : [source]));
    return { ...(this.#resets < 2 && { base: originalExecutionRunId }), past };
  }

  /** Counts the uses of a name within the run, from 1. */
  next(name: string): number {
    const count = (this.#occurrences.get(name) ?? 0) + 1;
    this.#occurrences.set(name, count);
    return count;
  }

  /** A value has come in. */
  met(source: string, value: unknown): void {
    this.#known.add(source);
    this.#cameIn.push(source);
    this.#flow.tag(value, source);
  }

  /** Something is over without a value: a timer, a step or a child that failed. @param at ISO 8601 */
  ended(source: string, at: string): void {
    const timer = this.#timers.get(source);
    if (timer) timer.firedAt = at;
    this.#known.add(source);
    this.#cameIn.push(`!${source}`);
  }

  /** What a value is made of, in terms of this run: see `Link`. */
  linksOf(value: unknown): Links {
    const found = this.#flow.linksOf(value);
    for (const link of found.links) if (this.#isCrossing ? this.#known.has(link[1]) : this.#past.has(link[1])) link[1] = `~${link[1]}`;
    return found;
  }

  /** What had just come in, where what was linked does not tell why something is done now. */
  followed({ links, loose, incomplete }: Links): string[] {
    if (links.length > 0 && !loose && !incomplete) return [];
    const linked = new Set(links.map(([, source]) => source));
    const followed = [...new Set(this.#cameIn)].filter((source) => !linked.has(source) && source !== 'input').slice(-MOST_FOLLOWED);
    this.#tellTimers(followed);
    return followed;
  }

  timerStarted(id: string, durationMs: number, at: string): void {
    const source = sourceOf('timer', id, 1);
    this.#timers.set(source, { source, durationMs, at, followed: [...new Set(this.#cameIn)].filter((each) => each !== 'input').slice(-MOST_FOLLOWED) });
  }

  /** Tells of the timers among `sources` that nothing has been told of yet, and of those that these followed in turn. */
  #tellTimers(sources: string[]): void {
    for (const source of sources) {
      const timer = this.#timers.get(source.replace('!', ''));
      if (!timer) continue;
      this.#timers.delete(timer.source);
      this.onFollowed?.(timer);
      this.#tellTimers(timer.followed);
    }
  }
}

export function sourceOf(...parts: [kind: string, id: string, occurrence?: number]): string {
  return parts.map((part) => encodeURIComponent(String(part).toWellFormed())).join('/');
}

function seed(): string {
  return maybeGetActivator()?.randomnessSeed?.join(',') ?? '';
}
