// Runs in: worker, CLI (chaos). Where a worker may be told to die.

/** In the middle of an activity · with its record on disk, before Temporal is told · with records in the graph, before the outbox forgets them · in a workflow task. */
export const PLACES = ['activity', 'report', 'drain', 'task'] as const;
export type Place = (typeof PLACES)[number];
