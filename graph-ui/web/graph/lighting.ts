// Runs in: browser. Lights up edges: all that a node came from and all that came of it. Each costs Cytoscape a tenth of a millisecond, and there may
// be ten thousand: only those in sight are lit, some in each frame.
import type { Core, EdgeSingular } from 'cytoscape';
import { debounce } from '../base/dom.ts';

const PER_FRAME = 250;
/** Once the view rests, what has come into sight is lit too. */
const REST = 120;

export interface Lighting {
  /** Lights the edges between these nodes, and no others; null for none. */
  light(ids: Set<string> | null): void;
  remove(): void;
}

export function startLighting(cy: Core): Lighting {
  let lit: Set<string> | null = null;
  let waiting: EdgeSingular[] = [];
  let frame = 0;

  const isLit = (edge: EdgeSingular): boolean => lit !== null && lit.has(edge.data('source') as string) && lit.has(edge.data('target') as string);

  const lightSome = (): void => {
    const some = waiting.splice(0, PER_FRAME);
    cy.batch(() => some.forEach((edge) => edge.toggleClass('lit', isLit(edge))));
    frame = waiting.length > 0 ? requestAnimationFrame(lightSome) : 0;
  };

  const look = (): void => {
    cancelAnimationFrame(frame);
    const { x1, y1, x2, y2 } = cy.extent();
    const isInSight = (edge: EdgeSingular): boolean => {
      const [a, b] = [edge.source().position(), edge.target().position()];
      return Math.max(a.x, b.x) > x1 && Math.min(a.x, b.x) < x2 && Math.max(a.y, b.y) > y1 && Math.min(a.y, b.y) < y2;
    };
    waiting = cy.edges().toArray().filter((edge) => (edge.hasClass('lit') ? !isLit(edge) : isLit(edge) && isInSight(edge)));
    lightSome();
  };

  const lookAgain = debounce(REST, () => lit !== null && look());
  cy.on('viewport', lookAgain);
  return {
    light: (ids) => {
      lit = ids;
      look();
    },
    remove: () => {
      cy.off('viewport', lookAgain);
      cancelAnimationFrame(frame);
      lit = null;
    },
  };
}
