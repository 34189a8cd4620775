// Runs in: worker. One round of the flight pipelines: a model on the raw file, one on its corrected version, a batch of predictions.
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { correctedRaw, landDepartures, landRawFlights } from './pipelines/flights/lake.ts';
import type { PredictDelaysResult, SourceFile, TrainDelayModelResult } from './pipelines/flights/messages.ts';
import type { predictDelays, trainDelayModel } from './pipelines/index.ts';
import { TASK_QUEUE } from './flights-worker.ts';

export interface FlightSources {
  raw: SourceFile;
  corrected: SourceFile;
  departures: SourceFile;
}

export interface FlightsRound {
  sources: FlightSources;
  trained: TrainDelayModelResult;
  retrained: TrainDelayModelResult;
  predicted: PredictDelaysResult;
  workflowIds: { train: string; retrain: string; predict: string };
}

/** Puts the files in place that others would deliver. Does nothing where they lie already. */
export async function landFlights(directory: string): Promise<FlightSources> {
  const lake = join(directory, 'lake');
  const raw = await landRawFlights(lake);
  return { raw, corrected: await correctedRaw(raw), departures: await landDepartures(lake) };
}

/**
 * @param directory where the lake, the registry and the runs' files are
 * @param say told what is under way
 */
export async function runFlights(client: Client, directory: string, sources: FlightSources, options: { taskQueue?: string; say?: (what: string) => void } = {}): Promise<FlightsRound> {
  const { taskQueue = TASK_QUEUE, say = () => undefined } = options;
  // Rounds may follow each other on the same data: each has ids and folders of its own.
  const round = new Date().toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const workflowIds = { train: `train-delays-${round}`, retrain: `train-delays-corrected-${round}`, predict: `predict-delays-${round}` };
  const registryDir = join(directory, 'registry');
  const train = (workflowId: string, raw: SourceFile) =>
    client.workflow.execute<typeof trainDelayModel>('trainDelayModel', {
      taskQueue, workflowId, args: [{ raw, outDir: join(directory, 'runs', workflowId), registryDir, seed: 7 }],
    });
  say('training on the raw flights');
  const trained = await train(workflowIds.train, sources.raw);
  say('training on the corrected flights');
  const retrained = await train(workflowIds.retrain, sources.corrected);
  say('predicting a batch of departures');
  const predicted = await client.workflow.execute<typeof predictDelays>('predictDelays', {
    taskQueue,
    workflowId: workflowIds.predict,
    args: [{ model: trained.model, batch: { ...sources.departures, size: 20, seed: 11 }, outDir: join(directory, 'runs', workflowIds.predict) }],
  });
  return { sources, trained, retrained, predicted, workflowIds };
}
