// Runs in: worker. The public helpers for activity code: `temporal-provenance/activity`.
import { type Tracked, trackedByDvc } from './artifacts/dvc.ts';
import { httpVersion } from './artifacts/http-version.ts';
import { pictureIn } from './artifacts/picture.ts';
import { type TableDescription, tableStatistics } from './artifacts/table-statistics.ts';
import { predictionIn, rememberedIds, rememberIds, wrongIds } from './capture/batch-records.ts';
import { currentDeclarations, type Declarations, declaringBy } from './capture/declarations.ts';
import { digestFile } from './capture/file-digest.ts';
import type { Json } from './model/json.ts';
import { type ArtifactReference, isReference } from './model/reference.ts';
import { versionInUri } from './model/stores.ts';
import { BadUriError, localPath, normaliseUri } from './model/uri.ts';

export type { ArtifactReference } from './model/reference.ts';

/** What a helper needs to know to make a reference. */
export interface ArtifactSpec {
  /** A path on this machine, or a URI. */
  uri: string;
  /** The file with this version's bytes, where they do not lie at `uri` itself: versions of one thing share its uri. */
  path?: string;
  /**
   * The version's name. Without one, it is what the uri says (`?versionId=`, `#GENERATION`, a lakeFS commit), else the ETag, else the
   * MD5 that DVC states of the local file or folder, if its bytes are still those, else the digest. Where an HTTP(S) URI comes without
   * any of them, its server is asked for a strong ETag (HEAD, at most 5 seconds) when the helper is called: what was downloaded
   * before, or is later, may be another version, so give the ETag of the download itself where you have it.
   */
  version?: string;
  /** The ETag that an object store or web server gave with these bytes. A weak one (`W/…`) names no exact version. */
  etag?: string;
  /** Lower-case hex. For a file of this machine it is computed; giving it saves the reading, and what DVC states is not looked at. */
  sha256?: string;
  /** Bytes. */
  size?: number;
  /** A name for people. */
  name?: string;
  /**
   * Row counts, column types and the like. `true` takes them of a local CSV, Parquet or JSON file, reading all of it, with the
   * package @duckdb/node-api: rows, and of each column type, nulls, least and greatest value. Where it is generated, its first five rows
   * are kept too, apart from the reference.
   */
  statistics?: { [key: string]: Json } | true;
  /** For a collection: what it is made of. */
  members?: ArtifactReference[];
}

/** A declaration that can't be recorded. The message says what to write instead. */
export class BadArtifactError extends Error {
  override name = 'BadArtifactError';
}

/**
 * A reference to one version of a lasting thing of any kind. Makes the reference only: say with `lineage.used` or
 * `lineage.generated` what the activity did with it. Files of this machine are hashed here, streaming.
 *
 * @throws BadArtifactError when there is no uri, no such file, or neither version nor sha256 for something that is
 * not a local file, and no server that gives a strong ETag of it.
 * @example
 * const clean = await artifact({ kind: 'dataset', uri: 'out/clean.parquet', statistics: { rows: 12_000 } });
 * lineage.generated(clean);
 */
export async function artifact(spec: ArtifactSpec & { kind: string }): Promise<ArtifactReference> {
  if (typeof spec?.kind !== 'string' || spec.kind === '') {
    throw new BadArtifactError("an artifact needs a kind, such as 'dataset' or 'report'");
  }
  // A path of this machine may hold a '?' of its own.
  const said = spec.version === undefined && localPath(uriOf(spec)) === undefined ? versionInUri(spec.uri) : { uri: spec.uri, version: undefined };
  const reference: ArtifactReference = { kind: spec.kind, uri: uriOf(said) };
  if (spec.name !== undefined) reference.name = spec.name;
  const named = spec.version ?? said.version ?? (spec.etag === undefined ? undefined : `etag:${checkedEtag(spec.etag, spec.uri)}`);
  if (named !== undefined) reference.version = checkedVersion(named, spec.uri);
  if (spec.sha256 !== undefined) reference.sha256 = checkedDigest(spec.sha256, spec.uri);
  if (spec.size !== undefined) reference.size = spec.size;
  if (spec.statistics !== undefined && spec.statistics !== true) reference.statistics = spec.statistics;
  if (spec.members !== undefined) {
    reference.members = spec.members.map(checked).map(({ uri, version, sha256 }) => ({
      uri,
      ...(version === undefined ? {} : { version }),
      ...(sha256 === undefined ? {} : { sha256 }),
    }));
  }
  const path = spec.path ?? localPath(spec.uri);
  if (path !== undefined && reference.sha256 === undefined) {
    Object.assign(reference, await bytesOf(path, named !== undefined, spec.version !== undefined && spec.path === undefined));
  }
  if (spec.statistics === true) {
    const { statistics, firstRows } = await tableOf(path, spec.uri);
    reference.statistics = statistics;
    if (firstRows !== undefined) currentDeclarations()?.previews.met(reference, { firstRows });
  }
  if (path !== undefined && reference.sha256 !== undefined) await meetPicture(reference, path, reference.sha256);
  if (reference.version === undefined && reference.sha256 === undefined) {
    if (reference.dvc) throw new BadArtifactError(`'${spec.uri}' holds other files than DVC states of it: 'dvc add' or 'dvc commit' it, or declare a version`);
    const served = await httpVersion(spec.uri);
    if (!served || 'unknown' in served) {
      throw new BadArtifactError(`'${spec.uri}' is not a file of this machine, so it needs a version, an etag or a sha256${served ? `: ${served.unknown}` : ''}`);
    }
    reference.version = `etag:${served.etag}`;
    if (reference.size === undefined && served.size !== undefined) reference.size = served.size;
  }
  return reference;
}

/** A reference to one version of a dataset. @see artifact */
export function dataset(spec: ArtifactSpec): Promise<ArtifactReference> {
  return artifact({ ...spec, kind: 'dataset' });
}

/** A reference to one version of a model. @see artifact */
export function model(spec: ArtifactSpec): Promise<ArtifactReference> {
  return artifact({ ...spec, kind: 'model' });
}

/** A reference to one prediction. @see artifact */
export function prediction(spec: ArtifactSpec): Promise<ArtifactReference> {
  return artifact({ ...spec, kind: 'prediction' });
}

/**
 * A reference to one version of a batch of predictions, each of which can be found and traced by its own id once the batch is
 * declared with `lineage.generated`. The ids are recorded, and are not part of the reference: hand the reference itself to `generated`.
 *
 * @param spec.ids the predictions' ids, of at most 500 characters each, at most 100,000
 * @throws BadArtifactError as `artifact`, and for ids that are none, too long or too many
 * @example
 * const batch = await predictions({ uri: 'out/delays.parquet', ids: flights.map(({ id }) => id) });
 * lineage.generated(batch);
 */
export async function predictions(spec: ArtifactSpec & { ids: string[] }): Promise<ArtifactReference> {
  const { ids, ...rest } = spec;
  const wrong = wrongIds(ids);
  if (wrong !== undefined) throw new BadArtifactError(`'${spec.uri}': ${wrong}`);
  const own = [...new Set(ids)];
  const batch = await prediction(rest);
  batch.statistics = { ...batch.statistics, predictions: own.length };
  rememberIds(batch, own);
  return batch;
}

/** A reference to one prediction of a batch, to say that it alone was used. */
export function predictionOf(batch: ArtifactReference, id: string): ArtifactReference {
  return predictionIn(checked(batch), id);
}

/** A reference, or a value of a team's own shape that one of the plugin's `artifacts` recognises. */
export type Declarable = ArtifactReference | (object & { then?: never });

/**
 * What the running attempt did. Outside of an attempt that the plugin watches, these do nothing; once it has returned, from a promise that it did
 * not await, they warn in the worker's log.
 */
export const lineage = {
  /** This attempt read these versions. */
  used(...references: Declarable[]): void {
    const declarations = declaringBy('lineage.used');
    declarations?.used.push(...references.map((each) => declared(each, declarations)));
  },
  /** This attempt made these versions. */
  generated(...references: Declarable[]): void {
    const declarations = declaringBy('lineage.generated');
    if (!declarations) return;
    for (const each of references) {
      const reference = declared(each, declarations);
      declarations.generated.push(reference);
      declarations.previews.generated(each, reference);
      const ids = rememberedIds(each);
      if (ids) declarations.batches.push({ reference, ids });
    }
  },
  /** Hyper-parameters and settings. A later value of the same name wins. */
  params(params: { [name: string]: Json }): void {
    Object.assign(declaringBy('lineage.params')?.params ?? {}, params);
  },
  /** Numbers that tell how well it went; NaN and Infinity are kept as these words. A later value of the same name wins. */
  metrics(metrics: { [name: string]: number }): void {
    Object.assign(declaringBy('lineage.metrics')?.metrics ?? {}, metrics);
  },
};

function declared(given: Declarable, { recognise }: Declarations): ArtifactReference {
  const shape = isReference(given) || !recognise ? undefined : recognise(asSeen(given));
  return checked((shape ?? given) as ArtifactReference);
}

/** What the workflow would see of it; a copy, since it is the activity's own. */
function asSeen(given: object): Json {
  try {
    return JSON.parse(JSON.stringify(given)) as Json;
  } catch (error) {
    throw new BadArtifactError(`not an artifact reference, nor of a shape that one of the plugin's 'artifacts' could recognise, since it is no JSON: ${(error as Error).message}`);
  }
}

function checked(reference: ArtifactReference): ArtifactReference {
  if (!isReference(reference)) {
    throw new BadArtifactError(
      'not an artifact reference: it needs a kind, a uri, and a version (a text) or a sha256 (64 lower-case hex digits); make one with dataset(), model(), prediction() or artifact()',
    );
  }
  return { ...reference, uri: uriOf(reference) };
}

function uriOf(spec: { uri: string }): string {
  try {
    return normaliseUri(spec.uri);
  } catch (error) {
    throw error instanceof BadUriError ? new BadArtifactError(error.message) : error;
  }
}

function checkedVersion(version: unknown, uri: string): string {
  if (typeof version === 'string' && version !== '') return version;
  throw new BadArtifactError(`the version of '${uri}' must be a text that is not empty`);
}

function checkedEtag(etag: unknown, uri: string): string {
  const value = typeof etag === 'string' ? /^"?([^"]+)"?$/.exec(etag)?.[1] : undefined;
  if (value !== undefined && !value.startsWith('W/')) return value;
  throw new BadArtifactError(`the etag of '${uri}' must be a strong one, as in "9b2cf535f27731c974343645a3985328"`);
}

function checkedDigest(sha256: string, uri: string): string {
  if (/^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw new BadArtifactError(`the sha256 of '${uri}' must be 64 lower-case hex digits`);
}

/** Read now: once it is said to be generated, the file may be gone. */
async function meetPicture(reference: ArtifactReference, path: string, sha256: string): Promise<void> {
  const previews = currentDeclarations()?.previews;
  const picture = previews && (await pictureIn(path, sha256));
  if (picture) previews.met(reference, picture);
}

async function tableOf(path: string | undefined, uri: string): Promise<TableDescription> {
  if (path === undefined) throw new BadArtifactError(`'${uri}' is not a file of this machine: give its statistics, or the path of its bytes`);
  try {
    return await tableStatistics(path);
  } catch (error) {
    throw new BadArtifactError(error instanceof Error ? error.message : String(error));
  }
}

/** With a declared version the bytes may be elsewhere, or be a folder's; without one, they are its only name, but for DVC's. */
async function bytesOf(path: string, named: boolean, optional: boolean): Promise<Tracked> {
  try {
    const tracked = named ? undefined : await trackedByDvc(path);
    if (tracked) return tracked;
    const { sha256, size } = await digestFile(path);
    return { sha256, size };
  } catch (error) {
    if (optional) return {};
    throw new BadArtifactError(`can't read '${path}' to take its digest: ${(error as Error).message}`);
  }
}
