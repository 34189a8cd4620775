// Runs in: worker. A model registry in a folder: NAME/VERSION/ holds model.json and entry.json; a version never changes.
// A model's URI is its folder NAME, which all its versions share.
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { type ArtifactReference, lineage, model as modelReference } from 'temporal-provenance/activity';
import type { Metrics, StoredFile } from '../messages.ts';

export interface Registration {
  model: StoredFile;
  report: ArtifactReference;
  metrics: Metrics;
  name: string;
  registryDir: string;
  /** Default: the next number. */
  version?: string;
}

export interface RegistryEntry {
  name: string;
  version: string;
  sha256: string;
  size: number;
  metrics: Metrics;
  report: string;
  registeredBy: string;
}

/** The registered version is what predictions point to: the folder of the model's name, its version and its digest. */
export async function registerModel(registration: Registration): Promise<ArtifactReference> {
  lineage.used(registration.model.reference, registration.report);
  const entry = await addToRegistry(registration, activityInfo().workflowExecution!.runId);
  const reference = await modelReference({
    uri: join(registration.registryDir, entry.name),
    version: entry.version,
    sha256: entry.sha256,
    size: entry.size,
    name: entry.name,
    statistics: { auc: entry.metrics.auc, brier: entry.metrics.brier },
  });
  lineage.generated(reference);
  return reference;
}

/**
 * Finds exactly this version.
 * @throws ApplicationFailure, not to be retried, when it is not a registered model or the registry holds other bytes.
 */
export async function findModel(reference: ArtifactReference): Promise<{ entry: RegistryEntry; path: string }> {
  const { uri, version } = reference;
  if (!uri.startsWith('file:') || version === undefined) {
    throw refused(`'${uri}' is not a registered model: pass what trainDelayModel returned as 'model'`);
  }
  const folder = join(decodeURIComponent(new URL(uri).pathname), version);
  const entry = await readEntry(folder);
  if (entry === undefined) throw refused(`'${uri}' has no version ${version}: there is no entry.json in '${folder}'`);
  const path = join(folder, 'model.json');
  const { sha256 } = await modelReference({ uri: path });
  if (sha256 !== (reference.sha256 ?? entry.sha256)) {
    throw refused(`'${path}' has the SHA-256 ${sha256}, but version ${version} of '${uri}' was registered with ${reference.sha256 ?? entry.sha256}`);
  }
  return { entry, path };
}

/** A retry finds what the attempt before it registered: one run registers one version. */
export async function addToRegistry(registration: Registration, runId: string): Promise<RegistryEntry> {
  const { model, report, metrics, name, registryDir } = registration;
  const folder = join(registryDir, name);
  await mkdir(folder, { recursive: true });
  const { sha256, size } = model.reference;
  for (;;) {
    const entries = await readEntries(folder);
    const own = entries.find((entry) => entry.registeredBy === runId);
    if (own) return own;
    const version = registration.version ?? nextNumber(entries);
    const taken = entries.find((entry) => entry.version === version);
    if (taken && taken.sha256 === sha256) return taken;
    if (taken) throw refused(`version ${version} of '${name}' is another model already: register this one under a version of its own`);
    const entry: RegistryEntry = { name, version, sha256: sha256!, size: size!, metrics, report: report.uri, registeredBy: runId };
    if (await publish(folder, entry, model.path)) return entry;
    // Another run took the number in the meantime.
  }
}

/** All at once, by renaming a folder; false when the version came to be in the meantime. */
async function publish(folder: string, entry: RegistryEntry, modelPath: string): Promise<boolean> {
  const draft = await mkdtemp(join(folder, '.draft-'));
  try {
    await copyFile(modelPath, join(draft, 'model.json'));
    await writeFile(join(draft, 'entry.json'), `${JSON.stringify(entry, null, 2)}\n`);
    await rename(draft, join(folder, entry.version));
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function readEntries(folder: string): Promise<RegistryEntry[]> {
  const versions = (await readdir(folder)).filter((version) => !version.startsWith('.'));
  const entries = await Promise.all(versions.map((version) => readEntry(join(folder, version))));
  return entries.filter((entry): entry is RegistryEntry => entry !== undefined);
}

async function readEntry(folder: string): Promise<RegistryEntry | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'entry.json'), 'utf8')) as RegistryEntry;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function nextNumber(entries: RegistryEntry[]): string {
  return String(1 + Math.max(0, ...entries.map(({ version }) => Number(version)).filter(Number.isInteger)));
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'ModelRegistry');
}
