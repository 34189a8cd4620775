// Runs in: browser. What a filter can be completed to, from what is in the graph.
import { EVIDENCE } from '../../../plugin/model/record.ts';
import { api } from '../base/api.ts';
import { MEANING } from '../lineage/evidence.ts';
import type { Filter } from './filters.ts';

export interface Completion {
  value: string;
  /** What it means, where the value does not tell. */
  note: string;
}

/** What is most often looked for comes first. */
const KINDS = ['prediction', 'model', 'dataset', 'run', 'step', 'commit', 'user', 'digest'];
const STATUSES = ['completed', 'failed', 'running', 'timed-out', 'cancelled', 'terminated', 'continued-as-new', 'scheduled'];
const MOST = 16;

/** What begins like the value, or has a word that does. @throws ProblemError */
export async function completions({ name, value }: Filter, signal: AbortSignal): Promise<Completion[]> {
  const all = await choices(name, value, signal);
  const begun = value.toLowerCase();
  const fits = (text: string): boolean => text.toLowerCase().startsWith(begun) || text.toLowerCase().split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(begun));
  return all.filter((each) => fits(each.value) || fits(each.note)).slice(0, MOST);
}

async function choices(name: Filter['name'], value: string, signal: AbortSignal): Promise<Completion[]> {
  switch (name) {
    case 'kind':
      return plain([...KINDS, ...(await api.searchNames(signal)).kinds]);
    case 'pipeline':
      return plain((await api.searchNames(signal)).pipelines);
    case 'status':
      return plain(STATUSES);
    case 'sealed':
      return [{ value: 'yes', note: "Temporal's history confirms the record" }, { value: 'no', note: 'open, unsealed or not confirmed' }];
    case 'evidence':
      return EVIDENCE.map((evidence) => ({ value: evidence, note: MEANING[evidence] }));
    case 'user': {
      const { groups } = await api.search(value, { kind: 'user', limit: MOST }, signal);
      return groups.flatMap(({ hits }) => hits.map(({ title, subtitle }) => ({ value: title, note: subtitle })));
    }
    default:
      return [['today', 0], ['in the last 7 days', 7], ['in the last 30 days', 30], ['in the last year', 365]].map(([note, days]) => ({ value: daysAgo(Number(days)), note: String(note) }));
  }
}

function plain(values: string[]): Completion[] {
  return [...new Set(values)].map((value) => ({ value, note: '' }));
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
