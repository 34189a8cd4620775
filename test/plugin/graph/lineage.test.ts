import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Direction, follow, Lineage, type LineageEdge, Reached } from '../../../plugin/graph/lineage.ts';
import { earlierPlace, isWithin, laterPlace } from '../../../plugin/model/place.ts';

const place = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }).map((keys) => keys.map((key) => `/${key}`).join(''));
const edges = fc.array(
  fc.record({ from: fc.integer({ min: 0, max: 7 }), to: fc.integer({ min: 0, max: 7 }), fromPath: place, toPath: place, walk: fc.constantFrom(true, true, true, false) }),
  { maxLength: 14 },
).map((all) => all.map(({ from, to, ...rest }): LineageEdge => ({ from: String(from), to: String(to), type: 'WAS_DERIVED_FROM', evidence: 'observed', via: null, ...rest })));
// Even ids are Values, odd ones are entered whole.
const labelOf = (id: string) => (Number(id) % 2 === 0 ? 'Value' as const : 'Step' as const);

const reachedFrom = (all: LineageEdge[], start: string, direction: Direction): Set<string> => {
  const lineage = new Lineage();
  for (let id = 0; id < 8; id++) lineage.labels.set(String(id), labelOf(String(id)));
  for (const edge of all) lineage.addEdge(edge);
  const reached = new Reached(100);
  follow(lineage, reached, [{ id: start, label: labelOf(start) }], direction);
  return new Set(reached.labels.keys());
};

describe('the walk', () => {
  it('reaches exactly what some way from place to place leads to', () => {
    // The plain way to say it: every (thing, place) pair. A set hands out what is added while it is gone through.
    const naive = (all: LineageEdge[], start: string): Set<string> => {
      const pairs = new Set([`${start} `]);
      for (const pair of pairs) {
        const [id, at] = pair.split(' ') as [string, string];
        for (const edge of all.filter(({ from, walk }) => from === id && walk)) {
          const next = earlierPlace(edge, at);
          if (next !== undefined) pairs.add(`${edge.to} ${labelOf(edge.to) === 'Value' ? next : ''}`);
        }
      }
      return new Set([...pairs].map((pair) => pair.split(' ')[0]!));
    };
    const acyclic = edges.map((all) => all.filter(({ from, to }) => from > to));
    fc.assert(fc.property(acyclic, fc.integer({ min: 0, max: 7 }).map(String), (all, start) => {
      expect(reachedFrom(all, start, 'upstream')).toEqual(naive(all, start));
    }), { seed: 17, numRuns: 500 });
  });

  it('ends also where things go round in circles', () => {
    fc.assert(fc.property(edges, fc.constantFrom('upstream' as const, 'downstream' as const), (all, direction) => {
      expect(reachedFrom(all, '0', direction).has('0')).toBe(true);
    }), { seed: 19, numRuns: 300 });
  });

  it('goes back along an edge to where it came from', () => {
    fc.assert(fc.property(fc.record({ fromPath: place, toPath: place }), place, (edge, at) => {
      const earlier = earlierPlace(edge, at);
      if (earlier === undefined) return;
      const back = laterPlace(edge, earlier)!;
      expect(isWithin(at, back) || isWithin(back, at)).toBe(true);
    }), { seed: 23 });
  });
});
