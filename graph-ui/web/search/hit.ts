// Runs in: browser. What kind of thing a hit is, and a hit as an option of the search list.
import type { SearchHit } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { shortTime } from '../base/format.ts';
import { glyph, lookOf } from '../base/kinds.ts';
import { highlighted } from './highlight.ts';

export function hitKind({ label, kind }: Pick<SearchHit, 'label' | 'kind'>): string {
  return label === 'ArtifactVersion' || label === 'Artifact' ? (kind ?? label) : label;
}

/** @param words what to mark @param withKind where the group does not tell it */
export function hitOption(hit: SearchHit, words: string[], withKind: boolean): HTMLElement {
  const kind = hitKind(hit);
  const time = hit.recordedAt === null ? null : shortTime(hit.recordedAt);
  return h(
    'div',
    { class: 'option', role: 'option', 'data-id': hit.id },
    glyph(kind),
    h('span', { class: 'option-text' },
      h('span', { class: 'option-title' }, ...highlighted(hit.title, words)),
      h('span', { class: 'option-subtitle' }, ...highlighted(hit.subtitle, words)),
      hit.found !== null && h('span', { class: 'option-subtitle' }, ...highlighted(hit.found, words)),
    ),
    h('span', { class: 'option-side' }, hit.withdrawnAt !== undefined && h('span', { class: 'status is-bad' }, 'withdrawn'), withKind && h('span', {}, lookOf(kind).title), time !== null && h('time', { datetime: hit.recordedAt }, time)),
  );
}
