// Runs in: worker, client. The public entry point: `temporal-provenance`.
export type { ArtifactRecogniser } from './capture/artifact-finder.ts';
export { ProvenancePlugin, type ProvenanceOptions } from './capture/plugin.ts';
export type { GraphAddress } from './graph/connection.ts';
