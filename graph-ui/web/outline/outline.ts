// Runs in: browser. The outline: the graph for keyboards and screen readers, which can't see into a canvas.
import { fill, h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { glyph, kindOf, lookOf } from '../base/kinds.ts';
import { attemptFailed, isA } from '../lineage/fold.ts';
import { nameOf, nameOfView } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import { makeTree, visibleItems, type TreeItem } from './tree.ts';
import type { View } from '../lineage/view.ts';

/** So many items are put into the document at a time. */
const PAGE = 500;

export interface OutlineActions {
  select: (id: string) => void;
  /** The paths to this node are asked for. */
  choosePath: (id: string) => void;
  /** The focus came to a node, or left the outline. */
  focus: (id: string | null) => void;
}

export class Outline {
  readonly #tree: HTMLElement;
  readonly #actions: OutlineActions;
  #top: TreeItem[] = [];
  #items: TreeItem[] = [];
  #index: TraceIndex | null = null;
  /** Items that were opened or closed by hand. */
  #toggled = new Set<string>();
  #active: string | null = null;
  #selected: string | null = null;
  #shown = PAGE;

  constructor(tree: HTMLElement, actions: OutlineActions) {
    this.#tree = tree;
    this.#actions = actions;
    // Screen readers move the focus themselves.
    tree.addEventListener('focusin', (event) => {
      const { key, id } = (event.target as HTMLElement).dataset;
      if (key === undefined) return;
      this.#active = key;
      this.#moveTabStop();
      actions.focus(id ?? null);
    });
    tree.addEventListener('focusout', () => actions.focus(null));
    tree.addEventListener('keydown', (event) => this.#onKey(event));
  }

  show(view: View, index: TraceIndex, direction: 'upstream' | 'downstream'): void {
    this.#top = makeTree(view, direction);
    this.#index = index;
    this.#toggled.clear();
    this.#shown = PAGE;
    this.#active = this.#top[0]?.key ?? null;
    this.#render();
    this.select(this.#selected);
  }

  /** Follows the selection; focus stays where it is. */
  select(id: string | null): void {
    this.#selected = id;
    const item = this.#items.find((one) => one.id === id && !one.again);
    if (item !== undefined) this.#active = item.key;
    for (const element of this.#elements()) {
      const isSelected = element.dataset['id'] === id && element.dataset['again'] === undefined;
      element.setAttribute('aria-selected', String(isSelected));
    }
    this.#moveTabStop();
    if (item !== undefined && !this.#tree.contains(document.activeElement)) this.#element(item.key)?.scrollIntoView({ block: 'nearest' });
  }

  clear(): void {
    this.#top = [];
    this.#items = [];
    fill(this.#tree);
  }

  #isClosed(item: TreeItem): boolean {
    return item.closedAtFirst !== this.#toggled.has(item.key);
  }

  #render(): void {
    this.#items = visibleItems(this.#top, (item) => this.#isClosed(item));
    const shown = this.#items.slice(0, this.#shown);
    fill(this.#tree, ...shown.map((item) => this.#makeElement(item)), this.#more());
    this.#moveTabStop();
  }

  #more(): HTMLElement | null {
    const left = this.#items.length - this.#shown;
    if (left <= 0) return null;
    const show = (): void => {
      this.#shown += PAGE;
      this.#render();
    };
    return h('div', { class: 'outline-more', role: 'treeitem', 'aria-level': 1, tabindex: -1, 'aria-selected': 'false', on: { click: show } }, `${count(left)} more…`);
  }

  #makeElement(item: TreeItem): HTMLElement {
    const name = item.view === null ? nameOf(item.node, this.#index!) : nameOfView(item.view, this.#index!);
    const kind = kindOf(item.node);
    const siblings = item.parent?.children ?? this.#top;
    const isParent = item.children.length > 0;
    const failed = item.view?.attempts.filter(attemptFailed).length ?? 0;
    const notes = [
      isA(item.node, 'Step') && failed > 0 ? `${failed} failed ${failed === 1 ? 'attempt' : 'attempts'}` : '',
      item.again ? 'listed above' : '',
    ].filter((note) => note !== '');
    const element = h(
      'div',
      {
        class: 'outline-item',
        role: 'treeitem',
        'aria-level': item.level,
        'aria-setsize': siblings.length,
        'aria-posinset': siblings.indexOf(item) + 1,
        'aria-expanded': isParent ? String(!this.#isClosed(item)) : null,
        'aria-selected': String(item.id === this.#selected && !item.again),
        'data-key': item.key,
        'data-id': item.id,
        'data-again': item.again,
        'data-kind': lookOf(kind).title,
        tabindex: -1,
        on: {
          click: (event) => {
            const onArrow = (event.target as Element).closest('.outline-arrow') !== null;
            this.#active = item.key;
            if (onArrow && isParent) this.#toggle(item);
            else this.#actions.select(item.id);
          },
        },
      },
      h('span', { class: isParent ? 'outline-arrow' : 'outline-arrow is-leaf' }, isParent && icon('chevron')),
      glyph(kind),
      h('span', { class: 'visually-hidden' }, `${lookOf(kind).title} `),
      h('span', { class: 'outline-title' }, name.title),
      ' ',
      h('span', { class: 'outline-note' }, notes.length > 0 ? notes.join(', ') : name.subtitle),
    );
    element.style.setProperty('--indent', String(Math.min(item.indent, 8)));
    return element;
  }

  #toggle(item: TreeItem): void {
    if (!this.#toggled.delete(item.key)) this.#toggled.add(item.key);
    this.#render();
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#items.findIndex(({ key }) => key === this.#active);
    const item = this.#items[at];
    if (item === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const isParent = item.children.length > 0;
    switch (event.key) {
      case 'ArrowDown': this.#focus(this.#items[at + 1]); break;
      case 'ArrowUp': this.#focus(this.#items[at - 1]); break;
      case 'Home': this.#focus(this.#items[0]); break;
      case 'End': this.#focus(this.#items.at(-1)); break;
      case 'ArrowRight':
        if (isParent && this.#isClosed(item)) this.#toggle(item);
        else if (isParent) { this.#focus(item.children[0]); break; }
        this.#focus(item);
        break;
      case 'ArrowLeft':
        if (isParent && !this.#isClosed(item)) { this.#toggle(item); this.#focus(item); }
        else this.#focus(item.parent ?? undefined);
        break;
      case 'Enter':
      case ' ':
        this.#actions.select(item.id);
        break;
      case 'p':
        this.#actions.choosePath(item.id);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #focus(item: TreeItem | undefined): void {
    if (item === undefined) return;
    this.#active = item.key;
    if (this.#items.indexOf(item) >= this.#shown) {
      this.#shown = this.#items.indexOf(item) + PAGE;
      this.#render();
    }
    this.#moveTabStop();
    this.#element(item.key)?.focus();
  }

  /** Exactly one item can be reached with Tab. */
  #moveTabStop(): void {
    const elements = this.#elements();
    const active = elements.find((element) => element.dataset['key'] === this.#active) ?? elements[0];
    for (const element of elements) element.tabIndex = element === active ? 0 : -1;
  }

  #elements(): HTMLElement[] {
    return [...this.#tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  }

  #element(key: string): HTMLElement | undefined {
    return this.#elements().find((element) => element.dataset['key'] === key);
  }
}
