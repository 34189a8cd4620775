// Runs in: isolate, tests. All labelled workflows.
export * from './basics.ts';
export * from './values.ts';
export * from './idioms.ts';
export * from './fan.ts';
export * from './artifacts.ts';
export * from './messages.ts';
export * from './runs.ts';
export * from './nexus.ts';
