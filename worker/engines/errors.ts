// Runs in: CLI (engines).

/**
 * No local engine could be used, or one that was started did not come up. The message is meant to be shown as it is: it says
 * what happened and what to do. Nothing is left running when it is thrown.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** The first line of whatever was thrown, for a sentence that goes on after it. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]?.trim() || 'no reason given';
}
