// Runs in: worker, CLI (chaos). Where a worker may be told to die.

/** In the middle of an activity · with its record on disk, before Temporal is told · while records are written into the graph · with these in the graph, before the outbox forgets them · in a workflow task. */
export const PLACES = ['activity', 'report', 'write', 'drain', 'task'] as const;
export type Place = (typeof PLACES)[number];
