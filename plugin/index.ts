// Runs in: worker, client. The public entry point: `temporal-provenance`.
export type { ArtifactRecogniser } from './capture/artifact-finder.ts';
export type { LogBounds } from './capture/attempt-log.ts';
export type { ProvenanceOptions } from './capture/options.ts';
export { ProvenancePlugin } from './capture/plugin.ts';
export { BadDigestKeyError, type DigestKey, type ValuesMode, type ValuesOption } from './capture/privacy.ts';
export type { GraphAddress } from './graph/connection.ts';
export { BadSecretPatternError, type SecretPatterns } from './model/secrets.ts';
