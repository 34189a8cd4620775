// Runs in: worker. The activities of the workflow through which secrets go.
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { artifact, type ArtifactReference, lineage } from 'temporal-provenance/activity';

export async function pass(value: unknown): Promise<unknown> {
  return value;
}

export async function beat(value: unknown): Promise<void> {
  Context.current().heartbeat(value);
}

/** Makes a version of something whose very names hold what is secret. */
export async function make(value: Record<string, unknown>): Promise<ArtifactReference> {
  const [token, jwt, words] = [String(value.github), String(value.jwt), String(value.note)];
  const made = await artifact({
    kind: `kind ${token}`, uri: `s3://lake/${token}/${String(value.card)}/${encodeURIComponent(words)}.csv`, version: jwt, name: `of ${token}`,
    statistics: { [token]: 1 }, members: [{ kind: 'dataset', uri: `/data/${words}`, version: token }],
  });
  lineage.generated(made);
  lineage.params({ [token]: 1 });
  lineage.metrics({ [`of ${jwt}`]: 1 });
  return made;
}

/** Fails with all it was given in its message, its cause and its stack. */
export async function leak(value: Record<string, unknown>): Promise<never> {
  const words = Object.values(value).map(String).join(' ');
  lineage.params({ dbPassword: String(value.password), note: String(value.note) });
  throw ApplicationFailure.create({ message: `can't log in: ${words}`, type: 'BadLogin', nonRetryable: true, cause: new Error(`because of ${words}`) });
}
