// Runs in: worker. Fits the model and writes it to a file.
import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { lineage, model } from 'temporal-provenance/activity';
import { type DelayModel, fitModel, readExamples } from '../delay-model.ts';
import { GROUPS } from '../feature-groups.ts';
import type { FeatureGroupResult, ForestOptions, StoredFile } from '../messages.ts';
import { query, quoted, withDatabase } from './duckdb.ts';
import { writeWhole } from './files.ts';

export async function trainModel(input: {
  train: StoredFile;
  groups: FeatureGroupResult[];
  options: ForestOptions;
  seed: number;
  outDir: string;
}): Promise<StoredFile> {
  const { train, groups, options, seed, outDir } = input;
  lineage.used(train.reference, ...groups.map(({ history }) => history.reference));
  lineage.params({ algorithm: 'random forest', seed, ...options });

  const cancelled = cancellationSignal();
  const fitted = await fitModel(await readExamples(train.path), await readHistory(groups), options, seed, (grown) => {
    cancelled.throwIfAborted();
    heartbeat({ grown, of: options.trees });
  });
  const path = `${outDir}/model.json`;
  await writeWhole(path, JSON.stringify(fitted));
  const reference = await model({
    uri: path,
    name: 'Late arrivals: trained model',
    statistics: { ...fitted.trainedOn, trees: fitted.forest.length, features: fitted.features },
  });
  lineage.metrics({ trainingRows: fitted.trainedOn.rows, trainingLateRate: fitted.trainedOn.lateRate });
  lineage.generated(reference);
  return { reference, path };
}

/** Each group's history as rows, for the model to carry along. */
export function readHistory(groups: Pick<FeatureGroupResult, 'group' | 'history'>[]): Promise<DelayModel['history']> {
  return withDatabase(async (db) => {
    const history = {} as DelayModel['history'];
    for (const { group, history: file } of groups) {
      const columns = Object.keys(GROUPS[group].historyColumns).join(', ');
      history[group] = await query(db, `SELECT ${columns} FROM read_parquet(${quoted(file.path)}) ORDER BY ALL`);
    }
    return history;
  });
}
