// Runs in: browser. The panel's parts: a titled section, and a line that leads to another node.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { glyph, kindOf } from '../base/kinds.ts';
import { nameOf } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';

const CLOSED = 'temporal-provenance:closed-sections';

/** A part that can be closed, and stays so for all nodes. Null where there is nothing in it. */
export function section(title: string, ...children: (HTMLElement | string | null | false)[]): HTMLElement | null {
  const inside = children.filter((child) => child !== null && child !== false);
  if (inside.length === 0) return null;
  // Numbers differ from node to node.
  const name = title.replace(/ \(.*/, '');
  const part = h('details', { class: 'panel-section', open: !closed().includes(name) }, h('summary', {}, h('h3', {}, title), icon('chevron')), ...inside);
  part.addEventListener('toggle', () => keep([...closed().filter((other) => other !== name), ...(part.open ? [] : [name])]));
  return part;
}

function closed(): string[] {
  try {
    const stored = JSON.parse(localStorage.getItem(CLOSED) ?? '[]') as unknown;
    return Array.isArray(stored) ? stored.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

function keep(names: string[]): void {
  try {
    localStorage.setItem(CLOSED, JSON.stringify(names));
  } catch {
    // Storage may be forbidden: then all are open again.
  }
}

/** So many links are listed before the rest has to be asked for. */
const FEW = 12;

export function linkList(links: HTMLElement[]): HTMLElement {
  const rest = links.slice(FEW);
  return h('div', { class: 'node-links' }, ...links.slice(0, FEW), rest.length > 0 && h('details', {}, h('summary', {}, `${count(rest.length)} more`), ...rest));
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
