// Runs in: worker. Takes in a file that somebody else delivered.
import { ApplicationFailure } from '@temporalio/activity';
import { type ArtifactReference, dataset, lineage } from 'temporal-provenance/activity';
import type { SourceFile, StoredFile } from '../messages.ts';
import { heartbeating } from './heartbeating.ts';

/** Checks that the raw flights are the bytes they should be and says what is in them. Makes nothing: the file was there. */
export async function registerRawFlights(source: SourceFile): Promise<StoredFile> {
  const reference = await heartbeating(() => referTo(source, { name: 'US flights, January to June 2001', statistics: true }));
  lineage.used(reference);
  return { reference, path: source.path };
}

/** The reference to a delivered version: named by its URI and version, with the digest of the bytes at its path. */
export async function referTo(
  source: SourceFile,
  about: { name: string; statistics?: true },
): Promise<ArtifactReference> {
  const reference = await dataset({ uri: source.uri, version: source.version, path: source.path, ...about });
  if (source.expectedSha256 !== undefined && source.expectedSha256 !== reference.sha256) {
    throw ApplicationFailure.nonRetryable(
      `'${source.path}' should be version ${source.version} of '${source.uri}' with the SHA-256 ${source.expectedSha256}, but its bytes have ${reference.sha256}`,
      'UnexpectedBytes',
    );
  }
  return reference;
}
