// Runs in: worker, CLI. A node's facts as texts beside its properties, which they amount to.
import { canonicalizeFlat } from '../model/canonicalize.ts';
import type { Fact } from '../model/merge.ts';
import type { Properties, Property, Source } from '../model/record.ts';

type Written = [aspect: string, source: Source, at: string, recordedAt: string, named: string[], own?: Properties];

/**
 * Canonical: the same fact beside the same properties is the same text. What the properties say as well is only named: most nodes have
 * no fact that another one contradicts.
 */
export function textOf({ aspect, source, at, recordedAt, set }: Fact, properties: Properties): string {
  const named: string[] = [];
  const own: Properties = {};
  for (const name of Object.keys(set).sort()) {
    if (isSame(set[name]!, properties[name])) named.push(name);
    else own[name] = set[name]!;
  }
  const text = JSON.stringify([aspect, source, at, recordedAt, named] satisfies Written);
  return Object.keys(own).length === 0 ? text : `${text.slice(0, -1)},${canonicalizeFlat(own)}]`;
}

/** @param properties all that the node has */
export function factOf(text: string, properties: { [name: string]: unknown }): Fact {
  const [aspect, source, at, recordedAt, named, own = {}] = JSON.parse(text) as Written;
  const set: Properties = { ...own };
  for (const name of named) set[name] = properties[name] as Property;
  return { aspect, source, at, recordedAt, set };
}

function isSame(value: Property, property: Property | undefined): boolean {
  // In a property Neo4j replaces what is no Unicode text.
  if (typeof value === 'string') return value === property && value.isWellFormed();
  if (!Array.isArray(value)) return value === property;
  return Array.isArray(property) && value.length === property.length && value.every((each, index) => isSame(each, property[index]));
}
