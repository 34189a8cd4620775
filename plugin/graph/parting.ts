// Runs in: server, CLI. Where two lineages part: the places up the graph before which all is the same, or nothing is.
import type { AnswerNode, Parting } from './answers.ts';
import type { TraceLookup } from './trace-lookup.ts';

type Pair = [from: string | undefined, to: string | undefined];
interface Sides {
  from: TraceLookup;
  to: TraceLookup;
}

/** What people look for first. */
const RANK = ['ArtifactVersion', 'Step', 'Value'];

/**
 * Goes up both lineages side by side, from pair to pair of things that differ, to those whose own inputs do not.
 * @param start what is compared: ids of each side
 */
export function partings(sides: Sides, start: { from: string[]; to: string[] }): Parting[] {
  const open = paired(sides, start.from, start.to).filter((pair) => !isSame(sides, pair));
  const seen = new Set<string>();
  const found: Parting[] = [];
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [from, to] = pair;
    const key = JSON.stringify(pair);
    if (seen.has(key)) continue;
    seen.add(key);
    if (from === undefined || to === undefined) {
      found.push(told(sides, pair, ['only one side has it']));
      continue;
    }
    const further = paired(sides, sides.from.inputs(from), sides.to.inputs(to)).filter((next) => !isSame(sides, next));
    if (further.length === 0) found.push(told(sides, pair, reasons(sides, from, to)));
    open.push(...further);
  }
  return joined(found.sort((a, b) => RANK.indexOf(a.label) - RANK.indexOf(b.label) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));
}

/** Of a fan-out, whose thousand steps part for one reason, the first is told, and how many there are. Versions have names of their own. */
function joined(found: Parting[]): Parting[] {
  const groups = new Map<string, Parting>();
  for (const each of found) {
    const { label, name, from, to, why } = each;
    const key = JSON.stringify([label, name, why, from === null, to === null]);
    const known = groups.get(key);
    if (known) known.places += each.places;
    else groups.set(key, each);
  }
  return [...groups.values()];
}

/** What of the one side answers to what of the other: by the same name, else of the same kind, in the order in which they came. */
function paired({ from, to }: Sides, before: string[], after: string[]): Pair[] {
  const pairs: Pair[] = [];
  let [left, right] = [sorted(from, before), sorted(to, after)];
  // Neither needs a counterpart that is itself on the other side.
  const both = new Set(left.filter((id) => right.includes(id)));
  [left, right] = [left.filter((id) => !both.has(id)), right.filter((id) => !both.has(id))];
  for (const nameOf of [exactName, looseName, kindOf]) {
    const waiting = new Map<string, string[]>();
    for (const id of right) waiting.set(nameOf(to.node(id)!), [...(waiting.get(nameOf(to.node(id)!)) ?? []), id]);
    left = left.filter((id) => {
      const partner = waiting.get(nameOf(from.node(id)!))?.shift();
      if (partner !== undefined) pairs.push([id, partner]);
      return partner === undefined;
    });
    const matched = new Set(pairs.map(([, id]) => id));
    right = right.filter((id) => !matched.has(id));
  }
  return [...pairs, ...left.map((id): Pair => [id, undefined]), ...right.map((id): Pair => [undefined, id])];
}

function sorted(lookup: TraceLookup, ids: string[]): string[] {
  const order = (id: string) => String(lookup.node(id)?.properties.scheduledAt ?? '');
  return ids.filter((id) => lookup.node(id)).sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : a < b ? -1 : 1));
}

function exactName({ labels, properties: p }: AnswerNode): string {
  return JSON.stringify([labels[0], labels[0] === 'Step' ? p.activityType ?? p.kind : labels[0] === 'ArtifactVersion' ? p.uri : [p.role, p.name]]);
}

/** Runs often write to folders of their own: the kind and the file's name are then what stays. */
function looseName({ labels, properties: p }: AnswerNode): string {
  return JSON.stringify([labels[0], labels[0] === 'ArtifactVersion' ? [p.kind, String(p.uri).split('/').at(-1)] : p.activityType ?? p.role]);
}

function kindOf({ labels, properties: p }: AnswerNode): string {
  return JSON.stringify([labels[0], labels[0] === 'Step' ? p.activityType : p.kind ?? p.role]);
}

function isSame({ from, to }: Sides, [a, b]: Pair): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (from.label(a) === 'ArtifactVersion') return sameContent(from, a, to, b);
  if (from.label(a) === 'Step') {
    const [before, after] = [from.result(a)?.properties.digest, to.result(b)?.properties.digest];
    return (before !== undefined && before === after) || sameOutputs(from, a, to, b);
  }
  const [before, after] = [from.node(a)!.properties.digest, to.node(b)!.properties.digest];
  return before !== undefined && before === after;
}

function sameContent(from: TraceLookup, a: string, to: TraceLookup, b: string): boolean {
  const digests = to.version(to.node(b)!).sha256;
  return from.version(from.node(a)!).sha256.some((digest) => digests.includes(digest));
}

/** A result may differ by the name of a folder alone, while the files are the same. */
function sameOutputs(from: TraceLookup, a: string, to: TraceLookup, b: string): boolean {
  const digests = (lookup: TraceLookup, id: string) => lookup.made(id).map((node) => lookup.version(node).sha256.join()).sort();
  const [before, after] = [digests(from, a), digests(to, b)];
  return before.length > 0 && !before.includes('') && before.join() === after.join();
}

function told({ from, to }: Sides, [a, b]: Pair, why: Parting['why']): Parting {
  const [lookup, id] = a === undefined ? [to, b!] : [from, a];
  const { labels, properties: p } = lookup.node(id)!;
  const of = labels[0] === 'Value' ? lookup.runOf(id)?.workflowType : undefined;
  const name = `${String(p.activityType ?? p.uri ?? p.name ?? p.role ?? p.kind ?? labels[0]!)}${of ? ` of ${of}` : ''}`;
  return { label: labels[0]!, name, from: a ?? null, to: b ?? null, why, places: 1 };
}

function reasons({ from, to }: Sides, a: string, b: string): Parting['why'] {
  if (from.label(a) !== 'Step') return ['content'];
  const [before, after] = [attemptOf(from, a), attemptOf(to, b)];
  const why: Parting['why'] = [];
  if (!before || !after) return ['nothing that is recorded'];
  const around = (lookup: TraceLookup, attempt: AnswerNode, type: string) => lookup.earlier(attempt.id, type)[0]?.id;
  const [x, y] = [before.properties.functionDigest, after.properties.functionDigest];
  // One function's digest tells more exactly than the version of all the code around it; the libraries it calls are in that one alone.
  if (x !== undefined && y !== undefined ? x !== y : around(from, before, 'RAN_CODE') !== around(to, after, 'RAN_CODE')) why.push('code');
  if (before.properties.params !== after.properties.params) why.push('parameters');
  if (around(from, before, 'RAN_IN') !== around(to, after, 'RAN_IN')) why.push('environment');
  if (why.length === 0 && around(from, before, 'RAN_CODE') !== around(to, after, 'RAN_CODE')) why.push('code');
  // They may differ by the name of a folder alone.
  const [given, taken] = [from.node(a)!.properties.inputDigest, to.node(b)!.properties.inputDigest];
  if (why.length === 0 && given !== undefined && taken !== undefined && given !== taken) why.push('arguments');
  return why.length === 0 ? ['nothing that is recorded'] : why;
}

function attemptOf(lookup: TraceLookup, step: string): AnswerNode | undefined {
  const attempts = lookup.later(step, 'ATTEMPT_OF');
  return attempts.find(({ properties }) => properties.status === 'completed') ?? attempts.at(-1);
}
