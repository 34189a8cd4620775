// Runs in: browser. What the pointer does on the canvas: clicks, and comes over nodes.
import type { Core, EventObject, NodeSingular } from 'cytoscape';
import { byId, debounce } from '../base/dom.ts';

export interface PointerActions {
  /** @param id of the node; null for the ground */
  click: (id: string | null, isShift: boolean) => void;
  enter: (id: string) => void;
  leave: (id: string) => void;
  /** The pointer rests on a node, or no longer. */
  rest: (id: string | null) => void;
  /** What is said of the node that the pointer is on. */
  titleOf: (id: string) => string;
}

/** The pointer crosses many nodes on its way to one. */
const REST = 90;

export function listenToPointer(cy: Core, actions: PointerActions): void {
  const canvas = byId('canvas');
  // It does not rest on a node that is dragged along with the ground.
  let isPressed = false;
  const rest = debounce(REST, (id: string | null) => {
    if (id === null || !isPressed) actions.rest(id);
  });
  cy.on('tapstart', () => (isPressed = true));
  cy.on('tapend', () => (isPressed = false));
  const idOf = (event: EventObject): string => (event.target as NodeSingular).id();
  cy.on('tap', (event) => {
    const isNode = event.target !== cy && (event.target as NodeSingular).isNode();
    actions.click(isNode ? idOf(event) : null, (event.originalEvent as MouseEvent | undefined)?.shiftKey === true);
  });
  cy.on('mouseover', 'node', (event) => {
    canvas.classList.add('is-over-node');
    canvas.title = actions.titleOf(idOf(event));
    actions.enter(idOf(event));
    rest(idOf(event));
  });
  cy.on('mouseout', 'node', (event) => {
    canvas.classList.remove('is-over-node');
    canvas.title = '';
    actions.leave(idOf(event));
    rest(null);
  });
}
