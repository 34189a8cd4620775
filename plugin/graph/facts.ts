// Runs in: worker, CLI. A node's facts as texts beside its properties, which they amount to.
import { canonicalizeFlat } from '../model/canonicalize.ts';
import type { Fact } from '../model/merge.ts';
import type { Properties, Property, Source } from '../model/record.ts';

/** In place of names: all properties that no other fact names. */
const THE_REST = 0;
/** No fact says these: they are made from all that is said. */
const MADE = new Set(['id', 'facts', 'recordedAt', 'status', 'searchText']);

/** In place of a time: the node's `recordedAt`; of the time at which it happened, that at which it was recorded. */
const SAME = 0;

type Written = [aspect: string, source: Source, at: string | typeof SAME, recordedAt: string | typeof SAME, named: string[] | typeof THE_REST, own?: Properties];

/**
 * Canonical: the same facts beside the same properties are the same texts. What the properties say as well is only named: most nodes have
 * no fact that another one contradicts. Of one fact not even that, where its names are all that the others leave.
 */
export function textsOf(facts: Fact[], properties: Properties): string[] {
  const parts = facts.map(({ set }) => {
    const named: string[] = [];
    const own: Properties = {};
    for (const name of Object.keys(set).sort()) {
      if (isSame(set[name]!, properties[name])) named.push(name);
      else own[name] = set[name]!;
    }
    return { named, own };
  });
  const longest = parts.reduce((best, part, index) => (part.named.length > parts[best]!.named.length ? index : best), 0);
  const isRest = parts.length > 0 && isAll(parts[longest]!.named, rest(parts.map(({ named }, index) => (index === longest ? [] : named)), properties));
  return facts.map(({ aspect, source, at, recordedAt }, index) => {
    const { named, own } = parts[index]!;
    const times = [at === recordedAt ? SAME : at, recordedAt === properties.recordedAt ? SAME : recordedAt] as const;
    const text = JSON.stringify([aspect, source, ...times, isRest && index === longest ? THE_REST : named] satisfies Written);
    return Object.keys(own).length === 0 ? text : `${text.slice(0, -1)},${canonicalizeFlat(own)}]`;
  });
}

/** @param properties all that the node has */
export function factsOf(texts: string[], properties: { [name: string]: unknown }): Fact[] {
  const written = texts.map((text) => JSON.parse(text) as Written);
  return written.map(([aspect, source, happened, recorded, named, own = {}]) => {
    const recordedAt = recorded === SAME ? String(properties.recordedAt) : recorded;
    const at = happened === SAME ? recordedAt : happened;
    const set: Properties = { ...own };
    const names = named === THE_REST ? rest(written.map(([, , , , others]) => (others === THE_REST ? [] : others)), properties) : named;
    for (const name of names) set[name] = properties[name] as Property;
    return { aspect, source, at, recordedAt, set };
  });
}

/**
 * Cypher: whether anything was told of a node after `$asOf`. What names a fact holds no comma, so that the time at which it was recorded
 * is the fourth part of its text: a text in quotes, or 0.
 */
export function toldLater(n: string): string {
  return `any(fact IN coalesce(${n}.facts, []) WHERE split(fact, ',')[3] STARTS WITH '"' AND split(fact, ',')[3] > '"' + $asOf + '"')`;
}

function rest(named: string[][], properties: { [name: string]: unknown }): string[] {
  return Object.keys(properties).filter((name) => !MADE.has(name) && !named.some((names) => names.includes(name)));
}

function isAll(names: string[], others: string[]): boolean {
  return names.length > 0 && names.length === others.length && others.every((name) => names.includes(name));
}

function isSame(value: Property, property: Property | undefined): boolean {
  // In a property Neo4j replaces what is no Unicode text.
  if (typeof value === 'string') return value === property && value.isWellFormed();
  if (!Array.isArray(value)) return value === property;
  return Array.isArray(property) && value.length === property.length && value.every((each, index) => isSame(each, property[index]));
}
