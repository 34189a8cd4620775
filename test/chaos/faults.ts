// Runs in: CLI (chaos). Kills workers and engines at moments that follow from the seed, and starts them again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineControl } from '../../worker/engines/index.ts';
import { Dice } from './dice.ts';
import { PLACES, type Place } from './places.ts';
import type { Workers } from './workers.ts';

export interface Kills {
  worker: number;
  neo4j: number;
  temporal: number;
}

/** [least, most] milliseconds. */
type Range = readonly [number, number];

export class Faults {
  readonly kills: Kills = { worker: 0, neo4j: 0, temporal: 0 };
  /** Where workers were killed. */
  readonly places: { [place in Place | 'anywhere']: number } = { activity: 0, report: 0, write: 0, drain: 0, task: 0, anywhere: 0 };
  readonly #over = new AbortController();
  readonly #loops: Promise<void>[];
  #error: unknown;
  #isAbandoned = false;

  constructor(seed: string, workers: Workers, neo4j: EngineControl, temporal: EngineControl) {
    this.#loops = [
      this.#loop(new Dice(`${seed} workers`), [1_000, 3_000], [500, 4_000], (dice) => this.#worker(dice, workers)),
      this.#loop(new Dice(`${seed} neo4j`), [2_000, 4_000], [15_000, 35_000], (dice) => this.#engine('neo4j', neo4j, dice)),
      this.#loop(new Dice(`${seed} temporal`), [3_000, 5_000], [20_000, 40_000], (dice) => this.#engine('temporal', temporal, dice)),
    ];
  }

  /** Resolves once no fault is left: all that was killed is up again. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#loops);
    this.check();
  }

  /** No more faults, and what is down stays down. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#over.abort();
  }

  /** @throws EngineError when what was killed did not come up again */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  async #loop(dice: Dice, first: Range, gap: Range, fault: (dice: Dice) => Promise<void>): Promise<void> {
    try {
      for (let wait = first; await this.#pause(dice.between(...wait)); wait = gap) await fault(dice);
    } catch (error) {
      this.#error ??= error;
    }
  }

  async #worker(dice: Dice, workers: Workers): Promise<void> {
    const index = dice.between(0, workers.count - 1);
    const killed = await workers.kill(index, dice.chance(0.8) ? dice.pick(PLACES) : undefined);
    if (killed) {
      this.kills.worker++;
      this.places[killed]++;
    }
    await this.#pause(dice.between(0, 2_000));
    if (killed) workers.start(index);
  }

  async #engine(name: 'neo4j' | 'temporal', engine: EngineControl, dice: Dice): Promise<void> {
    await engine.kill();
    this.kills[name]++;
    await this.#pause(dice.between(0, 5_000));
    if (!this.#isAbandoned) await engine.start();
  }

  /** @returns false when the faults are to end */
  async #pause(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: this.#over.signal }).catch(() => false);
  }
}
