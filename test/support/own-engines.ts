// Runs in: CLI (bench, chaos), tests. Engines to be killed: never those that the environment offers.
import { type Engines, type Progress, startEngines } from '../../worker/engines/index.ts';

const OFFERED = ['TEMPORAL_ADDRESS', 'NEO4J_URI'] as const;

/** @throws EngineError */
export async function ownEngines(dataDir: string, progress: Progress): Promise<Engines> {
  const offered = OFFERED.map((name) => [name, process.env[name]] as const);
  for (const [name] of offered) delete process.env[name];
  try {
    return await startEngines({ dataDir, fresh: true, progress });
  } finally {
    for (const [name, value] of offered) if (value !== undefined) process.env[name] = value;
  }
}
