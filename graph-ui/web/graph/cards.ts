// Runs in: browser. Keeps the cards above the canvas: real text, sharp at any zoom, styled by the style sheet. Only what
// is in sight is in the document. The cards are for the eye: screen readers and keyboards have the outline.
import type { Core } from 'cytoscape';
import type { Placed, Size } from './positions.ts';

/** Below this zoom a title is written large and alone, so that it can still be read. */
const TITLES_ONLY = 0.62;
/** Below this one no text could be read: the canvas draws coloured boxes. */
const BOXES_ONLY = 0.24;

/** Cards are made this far before they come into sight. */
const MARGIN = 100;

export interface Cards {
  /** Makes them anew, after what is drawn has changed. */
  refresh(): void;
  /** The card of a node, if it is in sight. */
  of(id: string): HTMLElement | undefined;
  /** Shows which node is selected; null for none. */
  select(id: string | null): void;
  /** Fades all but these; null for none. */
  light(ids: Set<string> | null): void;
  remove(): void;
}

export function startCards(cy: Core, layer: HTMLElement, make: (id: string) => HTMLElement): Cards {
  const made = new Map<string, HTMLElement>();
  let selected: string | null = null;
  let lit: Set<string> | null = null;
  let frame = 0;
  let zoomed = 0;
  let areBoxes = false;
  /** Asked for once: in each frame of a large graph that would take too long. */
  let boxes: Placed[] | null = null;

  const refresh = (): void => {
    frame = 0;
    const zoom = cy.zoom();
    const pan = cy.pan();
    layer.style.transform = `translate(${pan.x}px, ${pan.y}px) scale(${zoom})`;
    if (zoom !== zoomed) {
      zoomed = zoom;
      const detail = zoom < BOXES_ONLY ? 'boxes' : zoom < TITLES_ONLY ? 'titles' : 'full';
      layer.dataset['detail'] = detail;
      areBoxes = detail === 'boxes';
      if (cy.elements().first().hasClass('as-box') !== areBoxes) cy.elements().toggleClass('as-box', areBoxes);
      layer.style.setProperty('--handle-scale', `${Math.min(2, Math.max(1, 0.8 / zoom)).toFixed(2)}`);
      layer.style.setProperty('--title-size', `${Math.min(24, 12.5 / zoom).toFixed(1)}px`);
    }
    if (!areBoxes) showThoseInSight();
  };

  const showThoseInSight = (): void => {
    const { x1, y1, x2, y2 } = cy.extent();
    for (const { id, x, y, width, height } of (boxes ??= boxesOf(cy))) {
      const inSight =
        x + width / 2 > x1 - MARGIN && x - width / 2 < x2 + MARGIN && y + height / 2 > y1 - MARGIN && y - height / 2 < y2 + MARGIN;
      const card = made.get(id);
      if (inSight && card === undefined) {
        const fresh = make(id);
        fresh.style.width = `${width}px`;
        fresh.style.height = `${height}px`;
        fresh.style.left = `${x - width / 2}px`;
        fresh.style.top = `${y - height / 2}px`;
        fresh.classList.toggle('is-selected', id === selected);
        fresh.classList.toggle('is-lit', lit?.has(id) === true);
        made.set(id, fresh);
        layer.append(fresh);
      } else if (!inSight && card !== undefined) {
        card.remove();
        made.delete(id);
      }
    }
  };

  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(refresh);
  };
  cy.on('viewport resize', schedule);
  refresh();
  return {
    refresh: () => {
      boxes = null;
      zoomed = 0;
      made.clear();
      layer.replaceChildren();
      refresh();
    },
    of: (id) => made.get(id),
    select: (id) => {
      if (selected !== null) made.get(selected)?.classList.remove('is-selected');
      selected = id;
      if (id !== null) made.get(id)?.classList.add('is-selected');
    },
    light: (ids) => {
      lit = ids;
      layer.classList.toggle('has-light', ids !== null);
      for (const [id, card] of made) card.classList.toggle('is-lit', ids?.has(id) === true);
    },
    remove: () => {
      cy.off('viewport resize', schedule);
      layer.classList.remove('has-light');
      cancelAnimationFrame(frame);
      layer.replaceChildren();
    },
  };
}

function boxesOf(cy: Core): Placed[] {
  return cy.nodes().map((node) => {
    const { width, height } = node.data() as Size;
    return { id: node.id(), ...node.position(), width, height };
  });
}
