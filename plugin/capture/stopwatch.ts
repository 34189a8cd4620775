// Runs in: worker. When an attempt began and ended, by a clock that nobody sets meanwhile.

/** Started when it is made. */
export class Stopwatch {
  readonly startedAt = new Date();
  readonly #began = performance.now();

  /** What the clock would say now, had it not been set since. */
  now(): Date {
    return new Date(this.startedAt.getTime() + Math.max(0, Math.round(performance.now() - this.#began)));
  }
}
