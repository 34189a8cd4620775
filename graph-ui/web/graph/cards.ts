// Runs in: browser. Keeps the cards above the canvas: real text, sharp at any zoom, styled by the style sheet. Only what
// is in sight is in the document. The cards are for the eye: screen readers and keyboards have the outline.
import type { Core } from 'cytoscape';

/** Below this zoom a title is written large and alone, so that it can still be read. */
const TITLES_ONLY = 0.62;
/** Below this one no text could be read: the canvas draws coloured boxes. */
const BOXES_ONLY = 0.24;

export interface Cards {
  /** Shows which node is selected; null for none. */
  select(id: string | null): void;
  remove(): void;
}

export function startCards(cy: Core, layer: HTMLElement, make: (id: string) => HTMLElement): Cards {
  const made = new Map<string, HTMLElement>();
  let selected: string | null = null;
  let frame = 0;

  const refresh = (): void => {
    frame = 0;
    const zoom = cy.zoom();
    const pan = cy.pan();
    layer.style.transform = `translate(${pan.x}px, ${pan.y}px) scale(${zoom})`;
    const detail = zoom < BOXES_ONLY ? 'boxes' : zoom < TITLES_ONLY ? 'titles' : 'full';
    if (layer.dataset['detail'] !== detail) {
      layer.dataset['detail'] = detail;
      cy.elements().toggleClass('as-box', detail === 'boxes');
    }
    layer.style.setProperty('--title-size', `${Math.min(24, 12.5 / zoom).toFixed(1)}px`);
    if (detail !== 'boxes') showThoseInSight();
  };

  const showThoseInSight = (): void => {
    const { x1, y1, x2, y2 } = cy.extent();
    const margin = 200;
    cy.nodes().forEach((node) => {
      const { x, y } = node.position();
      const inSight = x > x1 - margin && x < x2 + margin && y > y1 - margin && y < y2 + margin;
      const card = made.get(node.id());
      if (inSight && card === undefined) {
        const fresh = make(node.id());
        const { width, height } = node.data() as { width: number; height: number };
        fresh.style.width = `${width}px`;
        fresh.style.height = `${height}px`;
        fresh.style.left = `${x - width / 2}px`;
        fresh.style.top = `${y - height / 2}px`;
        fresh.classList.toggle('is-selected', node.id() === selected);
        made.set(node.id(), fresh);
        layer.append(fresh);
      } else if (!inSight && card !== undefined) {
        card.remove();
        made.delete(node.id());
      }
    });
  };

  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(refresh);
  };
  cy.on('viewport resize', schedule);
  refresh();
  return {
    select: (id) => {
      if (selected !== null) made.get(selected)?.classList.remove('is-selected');
      selected = id;
      if (id !== null) made.get(id)?.classList.add('is-selected');
    },
    remove: () => {
      cancelAnimationFrame(frame);
      layer.replaceChildren();
    },
  };
}
