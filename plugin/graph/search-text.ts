// Runs in: worker, server, CLI, browser. The words under which a node is found: split alike when written and when asked for.
import type { Label, Properties } from '../model/record.ts';

/** Of which nodes the search box finds words, and in which properties. */
const SEARCHED: { [label in Label]?: string[] } = {
  Run: ['workflowId', 'workflowType', 'runId'],
  ArtifactVersion: ['uri', 'version', 'kind', 'name', 'sha256'],
  CodeVersion: ['gitCommit', 'gitBranch', 'gitRemote', 'packageName', 'packageVersion'],
  // Names of people and clients are no properties of an Agent: they stand in its Detail, which has an index of its own.
  Agent: ['identity', 'host', 'name', 'scheduleId'],
};

/** Below this many hex digits nearly everything would be a digest's beginning. */
export const SHORTEST_DIGEST = 6;

/** Words in lower case: letters and digits together, and the parts of camelCase words as well. Each pictograph is one. */
export function wordsOf(text: string): string[] {
  const words = text.match(/[\p{L}\p{N}]+|\p{So}/gu) ?? [];
  return [...new Set(words.flatMap((word) => [word, ...word.split(/(?<=\p{Ll})(?=\p{Lu})/u)]).map((word) => word.toLowerCase()))];
}

/** Its words, and marks for what can be filtered by. Undefined for what is not found by words. */
export function searchText(label: Label, properties: Properties, kinds: string[]): string | undefined {
  const names = SEARCHED[label];
  if (names === undefined) return undefined;
  const words = names.flatMap((name) => wordsOf(String(properties[name] ?? '')));
  return [...new Set([...words, ...marksOf(label, properties, kinds)])].join(' ');
}

/** One word of a search text that no text can hold, as no word begins with a colon. */
export function mark(name: string, value: string): string {
  return `:${name}=${value.toLowerCase().replaceAll(/\s+/g, '_')}`;
}

function marksOf(label: Label, properties: Properties, kinds: string[]): string[] {
  const { recordedAt, startedAt, servedAt, workflowType, status, seal, predictionId } = properties;
  const at = String(startedAt ?? servedAt ?? recordedAt ?? '');
  const marks = [...kinds, ...(label === 'ArtifactVersion' ? ['version'] : [label])].map((kind) => mark('kind', kind));
  if (at !== '') marks.push(mark('day', dayOf(at)), mark('hour', hourOf(at)));
  // One of a great many that are not shown among what is newest.
  if (predictionId !== undefined) marks.push(mark('kind', 'served'));
  if (label === 'Run') marks.push(mark('status', String(status)), mark('seal', String(seal ?? 'unsealed')), ...(typeof workflowType === 'string' ? [mark('pipeline', workflowType)] : []));
  return marks;
}

/** `20261126`. @param at ISO 8601, UTC */
export function dayOf(at: string): string {
  return at.slice(0, 10).replaceAll('-', '');
}

/** `2026112607`. */
export function hourOf(at: string): string {
  return dayOf(at) + at.slice(11, 13);
}
