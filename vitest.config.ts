// Runs in: CLI (tests).
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { NoSkippedTests } from './test/support/no-skipped-tests.ts';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // The tests run the sources; by its own name the package would be what was built last.
    alias: [
      { find: /^temporal-provenance$/, replacement: source('plugin/index.ts') },
      { find: /^temporal-provenance\/activity$/, replacement: source('plugin/activity.ts') },
      { find: /^temporal-provenance\/serving$/, replacement: source('plugin/serving.ts') },
      { find: /^temporal-provenance\/workflow-interceptors$/, replacement: source('plugin/capture/workflow-interceptors.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Temporal's native part is one per process, and does not like to be unloaded from a thread.
    pool: 'forks',
    // More than the two cores of a small machine: many tests wait for engines to stop and start.
    maxWorkers: 3,
    // Far beyond what they take, as what is waited for: the machine may be busy with other things.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    teardownTimeout: 90_000,
    expect: { poll: { timeout: 60_000 } },
    passWithNoTests: false,
    allowOnly: false,
    reporters: ['default', new NoSkippedTests()],
  },
});
