// Runs in: CLI. What differs, as lines.
import type { Json } from '../model/json.ts';
import type { ComparedPart, Diff, Difference } from '../graph/answers.ts';
import { colors as pc } from './colors.ts';

const LONGEST = 200;

export function renderDiff({ same, parts }: Diff): string {
  return [...parts.flatMap(renderPart), ...(same ? ['No difference.'] : [])].join('\n');
}

function renderPart({ label, from, to, compared, same, differences }: ComparedPart): string[] {
  const shared = from.join() === to.join();
  const title = `${pc.bold(label)} ${pc.dim(shared ? `${ids(from)} on both sides` : `${ids(from)} → ${ids(to)}`)}`;
  if (!compared) return [title, `  ${same ? 'the same ones' : 'several: which of them to compare, say by their ids'}`];
  return [title, ...differences.map(renderDifference)];
}

function renderDifference({ property, key, kind, from, to }: Difference): string {
  const name = key === undefined ? property : `${property} ${shown(key)}`;
  if (kind === 'added') return pc.green(`  + ${name}: ${shown(to)}`);
  if (kind === 'removed') return pc.red(`  - ${name}: ${shown(from)}`);
  return pc.yellow(`  ~ ${name}: ${shown(from)} → ${shown(to)}`);
}

const ids = (list: string[]) => (list.length === 0 ? 'none' : list.join(', '));

/** Nothing that a terminal would take for an order. */
function shown(value: Json | undefined): string {
  const text = typeof value === 'string' && !/\p{C}/u.test(value) ? value : JSON.stringify(value ?? null);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}
