// Runs in: tests. What is drawn of a trace too large to be drawn at once: any trace, opened and closed in any order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_OPENED, Opened } from '../../graph-ui/web/lineage/opened.ts';
import { Ways } from '../../graph-ui/web/lineage/paths.ts';
import { FIRST_CARDS, Reveal, SIDES, type Side } from '../../graph-ui/web/lineage/reveal.ts';
import type { View, ViewEdge, ViewNode } from '../../graph-ui/web/lineage/view.ts';

function viewOf(number: number, pairs: [number, number][]): View {
  const nodes = Array.from({ length: number }, (_, at): ViewNode => ({
    id: `Step/${at}`, node: { id: `Step/${at}`, labels: ['Step'], properties: {} }, root: at === 0, attempts: [], tries: 1, members: [], inside: [], steps: 0,
  }));
  const edges = new Map(pairs.filter(([a, b]) => a !== b).map(([a, b]): [string, ViewEdge] => {
    const [from, to] = [`Step/${a}`, `Step/${b}`];
    return [`${from}\n${to}`, { id: `${from}\n${to}`, from, to, evidence: 'observed', parts: [], throughValues: false, failedOnly: false }];
  }));
  return { nodes, edges: [...edges.values()], holders: new Map(), frames: [], folded: { values: 0, attempts: 0, bundled: 0 } };
}

/** Around the number of cards from which on a trace is not drawn whole; cycles and islands included. */
const view = fc.integer({ min: 2, max: 3 * FIRST_CARDS }).chain((number) =>
  fc.array(fc.tuple(fc.nat(number - 1), fc.nat(number - 1)), { maxLength: 4 * number }).map((pairs) => viewOf(number, pairs)));
const sides = fc.constantFrom<Side[]>(['earlier'], ['later'], ['earlier', 'later']);
const presses = fc.array(fc.tuple(fc.nat(), fc.constantFrom<Side>(...SIDES)), { maxLength: 12 });

describe('revealing', () => {
  it('begins with what was asked for and what is near, small traces whole', () => {
    fc.assert(fc.property(view, sides, (whole, way) => {
      const { visible } = new Reveal(whole, way, Opened.read(''), false);
      expect(visible).toContain('Step/0');
      if (whole.nodes.length <= FIRST_CARDS) expect(visible.size).toBe(whole.nodes.length);
      expect(new Reveal(whole, way, Opened.read(''), true).visible.size).toBe(whole.nodes.length);
    }));
  });

  it('draws all of a side that is opened, loses what it says when one is closed, and comes back by the link', () => {
    fc.assert(fc.property(view, sides, presses, (whole, way, pressed) => {
      let opened = Opened.read('');
      for (const [pick, side] of pressed) {
        const before = new Reveal(whole, way, opened, false);
        const id = [...before.visible][pick % before.visible.size]!;
        const { shown, total } = before.counts(id, side);
        const lost = before.lostBy(id, side);
        const next = before.toggled(id, side);
        if (next === null) {
          expect([shown, lost]).toEqual([total, 0]);
          continue;
        }
        const after = new Reveal(whole, way, Opened.read(next.text), false);
        if (shown < total) {
          expect(after.counts(id, side)).toEqual({ shown: total, total });
          for (const other of before.visible) expect(after.visible).toContain(other);
        } else {
          expect(before.visible.size - after.visible.size).toBe(lost);
        }
        expect(after.visible).toContain('Step/0');
        opened = next;
      }
    }));
  });

  it('closes what it opened, so that all is as before', () => {
    fc.assert(fc.property(view, sides, fc.nat(), fc.constantFrom<Side>(...SIDES), (whole, way, pick, side) => {
      const before = new Reveal(whole, way, Opened.read(''), false);
      const id = [...before.visible][pick % before.visible.size]!;
      const { shown, total } = before.counts(id, side);
      if (shown === total) return;
      const open = new Reveal(whole, way, before.toggled(id, side)!, false);
      const closed = open.toggled(id, side);
      // What others draw as well stays when this side is closed; then there is nothing to close.
      expect(closed === null ? open.visible : new Reveal(whole, way, closed, false).visible).toEqual(closed === null ? open.visible : before.visible);
      expect(closed?.text ?? '').toBe('');
    }));
  });

  it('takes a link that somebody has tampered with for one in which nothing is opened', () => {
    for (const text of ['x', 'eabc', '<script>', 'e'.repeat(7 * (MOST_OPENED + 1))]) expect(Opened.read(text).text).toBe('');
  });
});

describe('the paths between two nodes', () => {
  it('hold what comes before the one and after the other, and nothing else', () => {
    fc.assert(fc.property(view, fc.nat(), fc.nat(), (whole, a, b) => {
      const ways = new Ways(whole, (id) => [id]);
      const [first, last] = [`Step/${a % whole.nodes.length}`, `Step/${b % whole.nodes.length}`];
      const found = ways.between(first, last);
      expect(ways.between(last, first)).toEqual(found);
      if (found.size > 0) for (const end of [first, last]) expect(found).toContain(end);
      for (const id of found) for (const end of [first, last]) expect(ways.through(id)).toContain(end);
    }));
  });
});
