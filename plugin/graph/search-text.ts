// Runs in: worker, server, CLI. The words under which a node is found: split alike when written and when asked for.
import type { Properties } from '../model/record.ts';

/** Properties of runs and versions whose words the search box finds. */
const SEARCHED = ['workflowId', 'workflowType', 'runId', 'uri', 'version', 'kind', 'name', 'sha256'];

/** Words in lower case: letters and digits together, and the parts of camelCase words as well. */
export function wordsOf(text: string): string[] {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return [...new Set(words.flatMap((word) => [word, ...word.split(/(?<=\p{Ll})(?=\p{Lu})/u)]).map((word) => word.toLowerCase()))];
}

export function searchText(properties: Properties): string {
  return [...new Set(SEARCHED.flatMap((name) => wordsOf(String(properties[name] ?? ''))))].join(' ');
}
