// Runs in: worker. The activities of the workflow through which secrets go.
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { lineage } from 'temporal-provenance/activity';

export async function pass(value: unknown): Promise<unknown> {
  return value;
}

export async function beat(value: unknown): Promise<void> {
  Context.current().heartbeat(value);
}

/** Fails with all it was given in its message, its cause and its stack. */
export async function leak(value: Record<string, unknown>): Promise<never> {
  const words = Object.values(value).map(String).join(' ');
  lineage.params({ dbPassword: String(value.password), note: String(value.note) });
  throw ApplicationFailure.create({ message: `can't log in: ${words}`, type: 'BadLogin', nonRetryable: true, cause: new Error(`because of ${words}`) });
}
