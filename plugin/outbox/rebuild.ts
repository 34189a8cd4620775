// Runs in: CLI. Brings what an archive holds back into a graph.
import type { ProvenanceRecord } from '../model/record.ts';
import { readArchive } from './archive.ts';
import type { RecordSink } from './drain.ts';

export interface Rebuilt {
  records: number;
  /** Records that the graph refuses, as it did when they were first drained. */
  refused: number;
  /** Files that are damaged, and how; the rest of each was read. */
  damaged: { file: string; reason: string }[];
}

/** One transaction costs as much for one record as for hundreds. */
const BATCH = 500;

/**
 * Applies all records of some archives. In which order makes no difference, and what the graph has already stays as it is.
 * @throws what the sink throws while the graph is away
 */
export async function rebuild(directories: string[], sink: RecordSink, progress: (records: number) => void = () => undefined): Promise<Rebuilt> {
  const done: Rebuilt = { records: 0, refused: 0, damaged: [] };
  const write = async (records: ProvenanceRecord[]): Promise<void> => {
    if (records.length === 0) return;
    try {
      await sink.write(records);
      done.records += records.length;
    } catch (error) {
      if (sink.isTransient(error)) throw error;
      const middle = records.length >> 1;
      if (middle === 0) done.refused++;
      else for (const half of [records.slice(0, middle), records.slice(middle)]) await write(half);
    }
    progress(done.records);
  };
  let waiting: ProvenanceRecord[] = [];
  for (const directory of directories) {
    for await (const records of readArchive(directory, (damage) => done.damaged.push(damage))) {
      waiting.push(...records);
      for (; waiting.length >= BATCH; waiting = waiting.slice(BATCH)) await write(waiting.slice(0, BATCH));
    }
  }
  await write(waiting);
  return done;
}
