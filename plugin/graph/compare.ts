// Runs in: server, CLI. Two runs or two versions side by side: what went in, how they were made, and where they part.
import canonicalize from '../model/canonicalize.ts';
import type { Json } from '../model/json.ts';
import type { AnswerNode, Comparison, Sided } from './answers.ts';
import { namedValues } from './card.ts';
import type { Connection } from './connection.ts';
import { diff, only } from './diff.ts';
import { BadQuestionError } from './errors.ts';
import { partings } from './parting.ts';
import { type AsOf, saidPast } from './rows.ts';
import { DEFAULT_LIMIT, trace } from './trace.ts';
import { originsOf, TraceLookup } from './trace-lookup.ts';

/** @throws NothingFoundError, BadQuestionError, AmbiguousQuestionError, GraphUnavailableError */
export async function compare(connection: Connection, fromSubject: string, toSubject: string, way: AsOf = {}): Promise<Comparison> {
  const nodes = [await only(connection, fromSubject, way), await only(connection, toSubject, way)] as const;
  for (const { id, labels } of nodes) {
    if (labels[0] !== 'Run' && labels[0] !== 'ArtifactVersion' && labels[0] !== 'Step') throw new BadQuestionError(`'${id}' is of the kind ${labels[0]}: runs, steps and versions of artifacts are compared with all that they are made of; of other things ask for the diff`);
  }
  const difference = await diff(connection, nodes[0].id, nodes[1].id, way);
  const [from, to] = await Promise.all(nodes.map((node) => lineageOf(connection, node, way))) as [TraceLookup, TraceLookup];
  const isCut = from.trace.truncated || to.trace.truncated;
  return {
    ...saidPast(way),
    from: nodes[0],
    to: nodes[1],
    diff: difference,
    inputs: inputsOf(from, to),
    parameters: sided(valuesOf(from, 'params'), valuesOf(to, 'params')),
    metrics: sided(valuesOf(from, 'metrics'), valuesOf(to, 'metrics')),
    steps: stepsOf(from, to),
    partings: partings({ from, to }, { from: startOf(from, nodes[0]), to: startOf(to, nodes[1]) }),
    truncated: isCut,
    ...(isCut && { limit: { nodes: DEFAULT_LIMIT, how: `of a side, the first ${DEFAULT_LIMIT} nodes alone were compared` } }),
    trust: { from: from.trace.trust, to: to.trace.trust },
  };
}

async function lineageOf(connection: Connection, node: AnswerNode, way: AsOf): Promise<TraceLookup> {
  return new TraceLookup((await trace(connection, [node], { direction: 'upstream', ...way }))!);
}

/** A run starts from its own steps. */
function startOf(lookup: TraceLookup, { id, labels }: AnswerNode): string[] {
  return labels[0] === 'Run' ? lookup.all('Step').filter((step) => lookup.runOf(step.id)?.id === id).map((step) => step.id) : [id];
}

function inputsOf(from: TraceLookup, to: TraceLookup): Comparison['inputs'] {
  const byUri = new Map<string, { from: string[]; to: string[] }>();
  for (const [side, lookup] of [['from', from], ['to', to]] as const) {
    for (const id of originsOf(lookup)) {
      const { uri, version } = lookup.version(lookup.node(id)!);
      if (uri === '') continue; // Another name of bytes that are there by their own.
      const sides = byUri.get(uri) ?? { from: [], to: [] };
      byUri.set(uri, sides);
      sides[side].push(version);
    }
  }
  return [...byUri].map(([uri, sides]) => ({ uri, from: sides.from.sort(), to: sides.to.sort(), same: sides.from.join('\n') === sides.to.join('\n') }))
    .sort((a, b) => Number(a.same) - Number(b.same) || (a.uri < b.uri ? -1 : 1));
}

/** The steps by what they are called: by their type, and where there are several, by which of them it is. */
function named(lookup: TraceLookup): Map<string, AnswerNode> {
  const steps = lookup.all('Step').toSorted((a, b) => (String(a.properties.scheduledAt) < String(b.properties.scheduledAt) ? -1 : 1));
  const met = new Map<string, number>();
  return new Map(steps.map((step) => {
    const type = typeOf(step);
    const number = (met.get(type) ?? 0) + 1;
    met.set(type, number);
    return [number === 1 ? type : `${type} (${number})`, step];
  }));
}

function typeOf({ properties }: AnswerNode): string {
  return String(properties.activityType ?? properties.kind ?? 'step');
}

type Named = Map<string, { step: string; name: string; value: Json }>;

function valuesOf(lookup: TraceLookup, property: 'params' | 'metrics'): Named {
  const values: Named = new Map();
  for (const [step, { id }] of named(lookup)) {
    for (const attempt of lookup.later(id, 'ATTEMPT_OF')) {
      for (const [name, value] of Object.entries(namedValues(attempt.properties[property]))) values.set(JSON.stringify([step, name]), { step, name, value });
    }
  }
  return values;
}

function sided(from: Named, to: Named): Sided[] {
  const keys = [...new Set([...from.keys(), ...to.keys()])].sort();
  return keys.flatMap((key) => {
    const [before, after] = [from.get(key), to.get(key)];
    if (before && after && canonicalize(before.value) === canonicalize(after.value)) return [];
    const { step, name } = (before ?? after)!;
    return [{ name, step, ...(before && { from: before.value }), ...(after && { to: after.value }) }];
  });
}

function stepsOf(from: TraceLookup, to: TraceLookup): Comparison['steps'] {
  const counts = new Map<string, { from: number; to: number }>();
  for (const [side, lookup] of [['from', from], ['to', to]] as const) {
    for (const step of lookup.all('Step')) {
      const sides = counts.get(typeOf(step)) ?? { from: 0, to: 0 };
      counts.set(typeOf(step), sides);
      sides[side]++;
    }
  }
  return [...counts].map(([name, sides]) => ({ name, ...sides })).sort((a, b) => Number(a.from === a.to) - Number(b.from === b.to) || (a.name < b.name ? -1 : 1));
}
