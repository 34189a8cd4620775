// Runs in: isolate, tests. All labelled workflows.
export * from './basics.ts';
export * from './values.ts';
export * from './idioms.ts';
