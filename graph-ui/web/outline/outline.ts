// Runs in: browser. The outline: the graph for keyboards and screen readers, which can't see into a canvas.
import { fill, h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import type { Reveal, Side } from '../lineage/reveal.ts';
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
  /** More of its neighbours are asked for. */
  toggleSide: (id: string, side: Side) => void;
  /** The focus came to a node, or left the outline. */
  focus: (id: string | null) => void;
}

export class Outline {
  readonly #tree: HTMLElement;
  readonly #actions: OutlineActions;
  #top: TreeItem[] = [];
  #items: TreeItem[] = [];
  #index: TraceIndex | null = null;
  #reveal: Reveal | null = null;
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

  /** Shows a view. What was opened, and where the focus is, stay where they can. */
  show(view: View, index: TraceIndex, direction: 'upstream' | 'downstream', reveal: Reveal | null, isBoth: boolean): void {
    const focused = this.focused;
    this.#top = makeTree(view, direction, isBoth);
    this.#index = index;
    this.#reveal = reveal;
    this.#shown = PAGE;
    this.#render();
    const stays = this.#items.find(({ key }) => key === this.#active) ?? this.#items.find(({ id }) => id === focused) ?? this.#items[0];
    this.#active = stays?.key ?? null;
    this.select(this.#selected);
    if (focused !== null) this.#focus(stays);
  }

  /** The node that the focus is on; null while it is elsewhere. */
  get focused(): string | null {
    const element = document.activeElement;
    return element instanceof HTMLElement && this.#tree.contains(element) ? (element.dataset['id'] ?? null) : null;
  }

  focus(): void {
    this.#focus(this.#items.find(({ key }) => key === this.#active) ?? this.#items[0]);
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
    this.#toggled.clear();
    this.#active = null;
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
    const tries = item.view?.tries ?? 1;
    const hidden = this.#hidden(item);
    const notes = [
      isA(item.node, 'Step') && failed > 0 ? `${failed} failed ${failed === 1 ? 'attempt' : 'attempts'}` : tries > 1 ? `tried ${tries} times` : '',
      item.again ? 'listed above' : '',
      hidden > 0 ? `${count(hidden)} more not drawn` : '',
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
        else if (this.#hidden(item) > 0) { this.#actions.toggleSide(item.id, item.sides.find((side) => this.#hiddenAt(item, side) > 0)!); break; }
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
      default:
        return;
    }
    event.preventDefault();
  }

  /** How many of the neighbours that would come below an item are not drawn. */
  #hidden(item: TreeItem): number {
    return item.sides.reduce((sum, side) => sum + this.#hiddenAt(item, side), 0);
  }

  #hiddenAt({ view, id, again }: TreeItem, side: Side): number {
    if (view === null || again || this.#reveal === null) return 0;
    const { shown, total } = this.#reveal.counts(id, side);
    return total - shown;
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
