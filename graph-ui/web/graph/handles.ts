// Runs in: browser. The handles at both sides of a card: they draw more of its neighbours, or fewer again.
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { SIDES, type Reveal, type Side } from '../lineage/reveal.ts';

const WORDS: { [side in Side]: string } = { earlier: 'of what it came from', later: 'of what came of it' };

/** What a side has that is not drawn, in words. */
export function hiddenWords(side: Side, { shown, total }: { shown: number; total: number }): string {
  return `${count(total - shown)} more ${WORDS[side]}: ${count(shown)} of ${count(total)} drawn`;
}

/** For each side of which something is not drawn: a handle that says how much. */
export function openingHandles(id: string, reveal: Reveal, toggle: (id: string, side: Side) => void): HTMLElement[] {
  return SIDES.flatMap((side) => {
    const counts = reveal.counts(id, side);
    if (counts.shown === counts.total) return [];
    return [handle(side, 'is-opening', `+${count(counts.total - counts.shown)}`, `Draw ${hiddenWords(side, counts)}`, () => toggle(id, side))];
  });
}

/** For each side that can be closed again. Finding that out takes a walk: only for a card that somebody looks at. */
export function closingHandles(id: string, reveal: Reveal, toggle: (id: string, side: Side) => void): HTMLElement[] {
  return SIDES.flatMap((side) => {
    const { shown, total } = reveal.counts(id, side);
    const lost = shown === total && total > 0 ? reveal.lostBy(id, side) : 0;
    return lost > 0 ? [handle(side, 'is-closing', '−', `Hide ${count(lost)} again`, () => toggle(id, side))] : [];
  });
}

function handle(side: Side, purpose: string, text: string, title: string, action: () => void): HTMLElement {
  return h('span', { class: `card-handle is-${side} ${purpose}`, title, on: { click: action } }, text);
}
