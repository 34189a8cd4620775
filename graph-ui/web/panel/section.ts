// Runs in: browser. The panel's parts: a titled section, and a line that leads to another node.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { glyph, kindOf } from '../base/kinds.ts';
import { nameOf } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';

export function section(title: string, ...children: (HTMLElement | string | null | false)[]): HTMLElement | null {
  const inside = children.filter((child) => child !== null && child !== false);
  if (inside.length === 0) return null;
  return h('section', { class: 'panel-section' }, h('h3', {}, title), ...inside);
}

/** A button that selects a node. */
export function nodeLink(node: AnswerNode, select: (id: string) => void, note = '', index?: TraceIndex): HTMLElement {
  const { title, subtitle } = nameOf(node, index);
  return h(
    'button',
    { class: 'node-link', type: 'button', 'data-id': node.id, on: { click: () => select(node.id) } },
    glyph(kindOf(node)),
    h('span', { class: 'node-link-text' },
      h('span', { class: 'node-link-title' }, title),
      h('span', { class: 'node-link-note' }, [subtitle, note].filter((part) => part !== '').join(' · ')),
    ),
  );
}
