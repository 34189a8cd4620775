// Runs in: CLI (engines).
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from './errors.ts';
import { startNeo4j } from './neo4j.ts';
import { startTemporal } from './temporal.ts';
import type { EngineOptions, Engines } from './types.ts';

export { findChromium } from './chromium.ts';
export { EngineError } from './errors.ts';
export { passwordFile } from './neo4j-home.ts';
export { startNeo4j } from './neo4j.ts';
export { createProgress, silentProgress, type Progress, type ProgressStep } from '../../plugin/cli/progress.ts';
export { SAID, startTemporal } from './temporal.ts';
export type { EngineControl, EngineOptions, Engines, EngineSource, Neo4jEngine, Started, TemporalEngine } from './types.ts';

/**
 * Finds or builds, starts and awaits a real Temporal and a real Neo4j. Whatever this process started ends with it, even if it is
 * killed; `stop()` ends it in order.
 *
 * @throws EngineError when one of them cannot be had; the other is stopped again
 */
export async function startEngines(options: EngineOptions): Promise<Engines> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const own = { ...options, dataDir };
  const [temporal, neo4j] = await Promise.allSettled([startTemporal(own), startNeo4j(own)]);
  if (temporal.status === 'rejected' || neo4j.status === 'rejected') {
    const errors: unknown[] = [];
    for (const result of [temporal, neo4j]) {
      if (result.status === 'fulfilled') await result.value.stop();
      else errors.push(result.reason);
    }
    if (errors.length === 1) throw errors[0];
    throw new EngineError(errors.map((error) => (error instanceof Error ? error.message : String(error))).join('\n'), { cause: errors });
  }
  let stopped: Promise<unknown> | undefined;
  return {
    temporal: temporal.value.engine,
    neo4j: neo4j.value.engine,
    async stop() {
      stopped ??= Promise.all([temporal.value.stop(), neo4j.value.stop()]);
      await stopped;
    },
    ...(temporal.value.control ? { temporalControl: temporal.value.control } : {}),
    ...(neo4j.value.control ? { neo4jControl: neo4j.value.control } : {}),
  };
}
