// Runs in: isolate. From raw flights to a registered model that foretells late arrivals.
import { executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type * as activities from '../activities.ts';
import { DATA_STEP, TRAINING_STEP } from './activity-options.ts';
import { buildFeatureGroup } from './feature-group-workflow.ts';
import {
  type ExamplePeriod,
  FEATURE_GROUPS,
  type ForestOptions,
  type TrainDelayModelInput,
  type TrainDelayModelResult,
} from './messages.ts';

const {
  registerRawFlights, cleanFlights, sampleFlights, joinFeatures, splitTrainTest, evaluateModel, registerModel,
} = proxyActivities<typeof activities>(DATA_STEP);
const { trainModel } = proxyActivities<typeof activities>(TRAINING_STEP);

const EXAMPLES: ExamplePeriod = { from: '2001-04-01', until: '2001-06-01', rows: 20_000 };
const FOREST: ForestOptions = { trees: 24, maxDepth: 6, rowsPerTree: 2_500, featuresPerTree: 5, minRows: 50 };

export async function trainDelayModel(input: TrainDelayModelInput): Promise<TrainDelayModelResult> {
  const { outDir, registryDir, seed, modelName = 'flight-delays', modelVersion, testShare = 0.25 } = input;
  const period = { ...EXAMPLES, ...input.examples };
  const options = { ...FOREST, ...input.forest };

  const raw = await registerRawFlights(input.raw);
  const clean = await cleanFlights({ raw, until: period.until, outDir });
  const examples = await sampleFlights({ clean, period, seed, outDir });

  const { workflowId } = workflowInfo();
  const groups = await Promise.all(
    FEATURE_GROUPS.map((group) =>
      executeChild(buildFeatureGroup, {
        workflowId: `${workflowId}/features-${group}`,
        args: [{ group, clean, examples, historyUntil: period.from, outDir }],
      }),
    ),
  );

  const features = await joinFeatures({ examples, groups, outDir });
  const { train, test } = await splitTrainTest({ features, testShare, seed, outDir });
  const trained = await trainModel({ train, groups, options, seed, outDir });
  const { metrics, plot, report } = await evaluateModel({ model: trained, test, outDir });
  const model = await registerModel({
    model: trained,
    report: report.reference,
    metrics,
    name: modelName,
    registryDir,
    ...(modelVersion === undefined ? {} : { version: modelVersion }),
  });
  return {
    raw: raw.reference,
    train: train.reference,
    test: test.reference,
    model,
    metrics,
    plot: plot.reference,
    report: report.reference,
  };
}
