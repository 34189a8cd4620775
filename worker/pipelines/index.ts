// Runs in: isolate. Entry for `workflowsPath`: every workflow of the pipelines, and nothing else.
export { buildFeatureGroup } from './flights/feature-group-workflow.ts';
export { predictDelays } from './flights/predict-workflow.ts';
export { trainDelayModel } from './flights/train-workflow.ts';
