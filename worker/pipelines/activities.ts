// Runs in: worker. Every activity of the pipelines: pass this module to `Worker.create` as `activities`.
export { cleanFlights } from './flights/activities/clean.ts';
export { evaluateModel } from './flights/activities/evaluate.ts';
export { buildFeatures, joinFeatures, summariseHistory } from './flights/activities/features.ts';
export { pickBatch, scoreBatch } from './flights/activities/predict.ts';
export { registerRawFlights } from './flights/activities/raw.ts';
export { registerModel } from './flights/activities/registry.ts';
export { sampleFlights, splitTrainTest } from './flights/activities/sample.ts';
export { trainModel } from './flights/activities/train.ts';
