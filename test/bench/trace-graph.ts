// Runs in: CLI (bench). Large graphs for questions: a long chain, a ladder, a version that very many used, and ordinary pipelines.
import { artifactVersionId, resultId, runId, sha256 } from '../../plugin/model/id.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';
import type { ImportFiles } from '../../worker/engines/neo4j-import.ts';
import { type Handed, part, Telling, type TellingRun } from '../graph-ui/fixture-builder.ts';
import { ImportRows } from './import-rows.ts';

export const CHAIN = 10_000;
export const LEVELS = 40;
export const USERS = 10_000;

/** Ids that questions are asked about. */
export interface Landmarks {
  chain: { first: string; last: string };
  ladder: { first: string; last: string };
  /** Used by `USERS` runs. */
  popular: string;
  /** A model and the dataset that it alone is made of, of some ordinary pipelines. */
  ordinary: { dataset: string; model: string }[];
}

export interface LargeGraph {
  files: ImportFiles;
  landmarks: Landmarks;
  steps: number;
  nodes: number;
  edges: number;
}

/** What one block has of pipelines, told by capture's own functions; the others are copies of it under other names. */
const BLOCK = 10;
const PIPELINE = 8;

export function largeGraph(steps: number, folder: string): LargeGraph {
  const rows = new ImportRows(folder);
  const telling = new Telling('bench');
  const popular = reference('dataset', 's3://lake/flights/2026-01.parquet', 'popular', '2026-01');
  // The worker, the client and the version that many use.
  const first = telling.run('look', 'first');
  first.step('look', { makes: [popular], gives: null });
  rows.share(telling.records.splice(0));
  const chain = chainOf(telling);
  const ladder = ladderOf(telling);
  rows.add(telling.records.splice(0));
  const ordinary: Landmarks['ordinary'] = [];
  const block = (start: number, dataset: (name: string) => ArtifactReference) => {
    for (let number = start; number < start + BLOCK; number++) {
      const name = String(number).padStart(8, '0');
      ordinary.push(pipeline(telling, name, dataset(name)));
    }
    return telling.records.splice(0);
  };
  rows.add(block(0, () => popular), USERS / BLOCK - 1);
  ordinary.length = 0;
  const rest = Math.max(BLOCK, Math.ceil((steps - CHAIN - 2 * LEVELS - USERS * PIPELINE) / PIPELINE));
  const copies = Math.ceil(rest / BLOCK) - 1;
  rows.add(block(BLOCK, (name) => reference('dataset', `s3://lake/days/${name}.parquet`, name, 'v1')), copies);
  return {
    files: rows.close(), landmarks: { chain, ladder, popular: artifactVersionId(popular), ordinary },
    steps: 2 + CHAIN + 2 * LEVELS + (USERS + (copies + 1) * BLOCK) * PIPELINE, ...rows.counts,
  };
}

/** One run, each of whose steps takes what the one before it gave. */
function chainOf(telling: Telling): Landmarks['chain'] {
  const raw = reference('dataset', 's3://lake/chain.parquet', 'chain', 'v1');
  const run = telling.run('refine', 'chain', [{ json: { round: 0 } }]);
  let state: Handed & { stepId: string } = run.step('refine', { takes: [run.argument(0)], uses: [raw], gives: { round: 1, loss: 0.9 } });
  for (let round = 2; round <= CHAIN; round++) state = run.step('refine', { takes: [state], gives: { round, loss: 1 / round } });
  run.close(state);
  return { first: artifactVersionId(raw), last: resultId(run.id) };
}

/** Each level has two steps that take what both of the level below gave: the number of ways doubles with each. */
function ladderOf(telling: Telling): Landmarks['ladder'] {
  const raw = reference('dataset', 's3://lake/ladder.parquet', 'ladder', 'v1');
  const run = telling.run('boost', 'ladder', [{ json: { level: 0 } }]);
  const start = run.step('start', { takes: [run.argument(0)], uses: [raw], gives: { level: 0 } });
  let sides: [Handed, Handed] = [start, start];
  for (let level = 1; level <= LEVELS; level++) {
    sides = [run.step('left', { takes: sides, gives: { level, side: 'left' } }), run.step('right', { takes: sides, gives: { level, side: 'right' } })];
  }
  run.close({ ...sides[0] });
  return { first: artifactVersionId(raw), last: resultId(runId(run.key)) };
}

/** As the demo's pipelines are: a dataset in, tables on the way, a model and what is said of it out. */
function pipeline(telling: Telling, name: string, raw: ArtifactReference): Landmarks['ordinary'][number] {
  const number = Number(name);
  const run: TellingRun = telling.run('train-delays', `train-${name}`, [{ json: { dataset: raw, seed: number, airport: 'OSL' } }]);
  const made = (kind: string, file: string) => reference(kind, `s3://lab/${name}/${file}`, `${file} ${name}`, undefined, 10_000 + number);
  const table = made('dataset', 'clean.parquet');
  const model = made('model', 'model.onnx');
  const report = made('report', 'report.html');
  const input = run.argument(0);
  const read = run.step('read', { takes: [part(input, 'dataset'), part(input, 'airport')], uses: [raw], gives: { rows: 90_000 + number, columns: ['day', 'delay', 'airport'] }, ...(number % 10 === 0 && { failures: ['the store did not answer'] }) });
  const cleaned = run.step('clean', { takes: [read], makes: [table], gives: { table, dropped: number % 97 }, params: { strict: true } });
  const split = run.step('split', { takes: [part(cleaned, 'table'), part(input, 'seed')], uses: [table], gives: { train: { from: 0, to: 80_000 }, test: { from: 80_000, to: 90_000 } } });
  const features = run.step('features', { takes: [part(split, 'train')], gives: { names: ['hour', 'weekday', 'wind'], scale: 1.5 + number } });
  const fit = run.step('fit', { takes: [part(split, 'train'), features], makes: [model], gives: { model, epochs: 12 }, params: { trees: 100, depth: 7 }, metrics: { loss: 1 / (1 + number) } });
  const scores = run.step('evaluate', { takes: [part(fit, 'model'), part(split, 'test')], uses: [model], gives: { auc: 0.5 + 1 / (3 + number) }, metrics: { auc: 0.5 + 1 / (3 + number) } });
  run.step('report', { takes: [scores], makes: [report], gives: { report } });
  const published = run.step('publish', { takes: [part(fit, 'model'), scores], uses: [model], gives: { url: `https://models/${name}` } });
  run.close(published);
  return { dataset: artifactVersionId(raw), model: artifactVersionId(model) };
}

function reference(kind: string, uri: string, content: string, version: string | undefined, size = 1_000_000): ArtifactReference {
  return { kind, uri, ...(version !== undefined && { version }), sha256: sha256(content), size } as ArtifactReference;
}
