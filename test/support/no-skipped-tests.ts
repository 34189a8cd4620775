// Runs in: CLI (tests).
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';

/** Fails a run in which a test was skipped: what is not run proves nothing. Runs that ask for some tests by name are let be. */
export class NoSkippedTests implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], _errors: readonly unknown[], why: TestRunEndReason): void {
    // After a failure, or Ctrl-C, tests are left out for that reason; the run fails anyway.
    if (why !== 'passed' || this.#vitest?.config.testNamePattern) return;
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId} > ${test.fullName}`));
    if (skipped.length === 0) return;
    process.exitCode = 1;
    this.#vitest?.logger.error(['', 'Tests must not be skipped:', ...skipped.map((name) => `  ${name}`), ''].join('\n'));
  }
}
