// Runs in: worker, server, CLI. What an artifact is called in the graph: its place and version, without the secrets in them.
import { type ArtifactReference, versionOf } from './reference.ts';
import { nameWithoutSecrets } from './secrets.ts';
import { normaliseUri } from './uri.ts';

const MARK = /(?:\[|%5b)redacted(?::|%3a)([0-9a-f]{12})(?:\]|%5d)/gi;

/**
 * The normalised URI by which the graph knows the thing. The reference itself keeps the real one, by which code can open it.
 * @throws BadUriError
 */
export function artifactUri(uri: string): string {
  return nameWithoutSecrets(normaliseUri(uri)).replace(MARK, '%5Bredacted%3A$1%5D');
}

/** The version's name: the declared one, else `sha256:DIGEST`. */
export function artifactVersion(reference: { version?: string | null | undefined; sha256?: string | null | undefined }): string {
  return nameWithoutSecrets(versionOf(reference));
}

/** A reference as the graph may know it. @throws BadUriError */
export function namedReference<Reference extends Pick<ArtifactReference, 'uri' | 'version' | 'sha256'> & { kind?: string; name?: string }>(reference: Reference): Reference {
  const { kind, name, version, uri } = reference;
  return {
    ...reference, uri: artifactUri(uri),
    ...(typeof version === 'string' && { version: nameWithoutSecrets(version) }),
    ...(typeof kind === 'string' && { kind: nameWithoutSecrets(kind) }), ...(typeof name === 'string' && { name: nameWithoutSecrets(name) }),
  };
}
