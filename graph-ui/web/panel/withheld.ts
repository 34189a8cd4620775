// Runs in: browser. Says what is kept of a node and not shown to this reader.
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { humanName } from '../base/format.ts';
import { section } from './section.ts';

export function withheldSection({ withheld = [] }: NodeDetail): HTMLElement | null {
  if (withheld.length === 0) return null;
  return section('For auditors', h('p', { class: 'quiet' }, `Recorded, and shown to auditors only: ${withheld.map(humanName).join(', ')}.`));
}
