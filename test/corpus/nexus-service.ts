// Runs in: isolate, worker (tests). The contract of the corpus' Nexus service.
import * as nexus from 'nexus-rpc';

export const things = nexus.service('things', {
  /** Answered at once. */
  look: nexus.operation<{ thing: unknown }, unknown>(),
  /** A run works for it. */
  work: nexus.operation<{ thing: unknown }, unknown>(),
});
