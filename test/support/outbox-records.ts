// Runs in: tests. What a worker has put into its outbox so far, while it still has it open.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';
import { Outbox } from '../../plugin/outbox/outbox.ts';
import { temporaryDirectory } from './recorded.ts';

export async function outboxRecords(directory: string): Promise<ProvenanceRecord[]> {
  const { path, remove } = await temporaryDirectory();
  await cp(join(directory, 'outbox'), path, { recursive: true });
  const outbox = new Outbox(path);
  const records = outbox.oldest(10_000).map(({ record }) => record);
  await outbox.close();
  await remove();
  return records;
}
