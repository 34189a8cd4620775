// Runs in: browser. The sizes of all that is drawn.
import { nameOfView } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { View } from '../lineage/view.ts';
import { cardSize } from './card.ts';
import type { Box } from './positions.ts';

/** Every node's size; by title, so that layouts list look-alikes as one expects. */
export function boxesOf({ view, index }: { view: View; index: TraceIndex }): Box[] {
  const byTitle = new Intl.Collator(undefined, { numeric: true });
  return view.nodes
    .map((node) => ({ title: nameOfView(node, index).title, box: { id: node.id, ...cardSize(node, index) } }))
    .sort((a, b) => byTitle.compare(a.title, b.title))
    .map(({ box }) => box);
}
