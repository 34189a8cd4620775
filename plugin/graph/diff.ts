// Runs in: server, CLI. What differs between two things of one kind: two environments, two versions of the code, two attempts.
import canonicalize from '../model/canonicalize.ts';
import type { Json } from '../model/json.ts';
import type { AnswerNode, ComparedPart, Diff, Difference } from './answers.ts';
import type { Connection } from './connection.ts';
import { BadQuestionError } from './errors.ts';
import { resolve } from './resolve.ts';
import { type AsOf, asOfOrNow, nodeFor, saidPast } from './rows.ts';

/** What surrounds a run or an attempt and may differ between two of them. */
const SURROUNDINGS = ['CodeVersion', 'Environment', 'Agent'];
/** These name a node; they say nothing of it. */
const NAMES = new Set(['id', 'recordedAt']);

/** @throws NothingFoundError, BadQuestionError, AmbiguousQuestionError, GraphUnavailableError */
export async function diff(connection: Connection, fromSubject: string, toSubject: string, way: AsOf = {}): Promise<Diff> {
  const [from, to] = await Promise.all([only(connection, fromSubject, way), only(connection, toSubject, way)]);
  const label = from.labels[0]!;
  if (label !== to.labels[0]) {
    throw new BadQuestionError(`'${fromSubject}' is of the kind ${label}, '${toSubject}' of the kind ${to.labels[0]}: only things of one kind can be compared`);
  }
  const around = await Promise.all([from, to].map((node) => surroundings(connection, node, way)));
  const parts = [part(label, [from], [to])];
  for (const each of SURROUNDINGS) {
    const [before, after] = around.map((nodes) => nodes.filter(({ labels }) => labels[0] === each)) as [AnswerNode[], AnswerNode[]];
    if (before.length > 0 || after.length > 0) parts.push(part(each, before, after));
  }
  return { ...saidPast(way), label, from: from.id, to: to.id, same: parts.every(({ same }) => same), parts };
}

/** @throws as `resolve`; BadQuestionError where it names several things */
export async function only(connection: Connection, subject: string, way: AsOf): Promise<AnswerNode> {
  const nodes = await resolve(connection, subject, way);
  if (nodes.length === 1) return nodes[0]!;
  throw new BadQuestionError(`'${subject}' names ${nodes.length} things (${nodes.map(({ id }) => id).join(', ')}): ask for one of them by its id`);
}

async function surroundings(connection: Connection, { id, labels }: AnswerNode, way: AsOf): Promise<AnswerNode[]> {
  const rows = await connection.read((run) =>
    run(
      `MATCH (:${labels[0]!} {id: $id})-[r:RAN_CODE|RAN_IN|WAS_ASSOCIATED_WITH]->(n) WHERE $asOf IS NULL OR r.recordedAt <= $asOf
       RETURN DISTINCT ${nodeFor(way)} AS node ORDER BY node.properties.id`,
      { id, asOf: way.asOf ?? null },
    ));
  return rows.map(({ node }) => asOfOrNow(node, way));
}

/** Which of several would be the other's counterpart, nobody knows: then the ids alone tell. */
export function part(label: string, from: AnswerNode[], to: AnswerNode[]): ComparedPart {
  const ids = [from, to].map((nodes) => nodes.map(({ id }) => id)) as [string[], string[]];
  const found = from.length > 1 || to.length > 1 ? [] : differences(from[0]?.properties ?? {}, to[0]?.properties ?? {});
  const compared = from.length <= 1 && to.length <= 1;
  return { label, from: ids[0], to: ids[1], compared, same: compared ? found.length === 0 : canonicalize(ids[0]) === canonicalize(ids[1]), differences: found };
}

type Values = { [name: string]: Json };

/** In the order of the names. Properties that hold a JSON object (libraries, activities, parameters …) are compared key by key. */
export function differences(from: Values, to: Values): Difference[] {
  const found: Difference[] = [];
  for (const property of names(from, to).filter((name) => !NAMES.has(name))) {
    const [before, after] = [jsonObject(from[property] ?? '{}'), jsonObject(to[property] ?? '{}')];
    if (!before || !after) note(found, { property }, from[property], to[property]);
    else for (const key of names(before, after)) note(found, { property, key }, before[key], after[key]);
  }
  return found;
}

function note(found: Difference[], where: Pick<Difference, 'property' | 'key'>, from: Json | undefined, to: Json | undefined): void {
  if (from === undefined && to === undefined) return;
  if (from === undefined) found.push({ ...where, kind: 'added', to: to! });
  else if (to === undefined) found.push({ ...where, kind: 'removed', from });
  else if (canonicalize(from) !== canonicalize(to)) found.push({ ...where, kind: 'changed', from, to });
}

function names(a: Values, b: Values): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

function jsonObject(value: Json): Values | undefined {
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined;
  try {
    return JSON.parse(value) as Values;
  } catch {
    return undefined;
  }
}
