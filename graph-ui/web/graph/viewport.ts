// Runs in: browser. Which part of the graph is shown, and how large.
import type { Core } from 'cytoscape';
import type { Placed } from './positions.ts';

const PADDING = 32;
/** Smaller than this the whole graph is no longer legible: then a part of it is shown. */
const SMALLEST_WHOLE = 0.62;
const PART = 0.88;

/** What to show when the whole graph can't be read. */
export interface Focus {
  id: string | null;
  /** How far to the right it is to be seen, from 0 to 1: lineage lies beside it. */
  across: number;
}

/** Shows all within these bounds. Cytoscape's own `fit` asks every node for its own, which takes long for thousands. */
export function fitBounds(cy: Core, bounds: Placed): void {
  const fitting = Math.min((cy.width() - 2 * PADDING) / Math.max(bounds.width, 1), (cy.height() - 2 * PADDING) / Math.max(bounds.height, 1));
  const zoom = Math.max(cy.minZoom(), Math.min(cy.maxZoom(), fitting));
  cy.viewport({ zoom, pan: { x: cy.width() / 2 - bounds.x * zoom, y: cy.height() / 2 - bounds.y * zoom } });
}

/** The whole graph if it can be read; else the part around the focus. */
export function showAtFirst(cy: Core, focus: Focus, bounds: Placed): void {
  fitBounds(cy, bounds);
  if (cy.zoom() > 1) {
    cy.viewport({ zoom: 1, pan: { x: cy.width() / 2 - bounds.x, y: cy.height() / 2 - bounds.y } });
  }
  if (cy.zoom() >= SMALLEST_WHOLE) return;
  const node = focus.id === null ? cy.collection() : cy.getElementById(focus.id);
  if (cy.nodes().empty()) return;
  const seen = (node.nonempty() ? node : cy.nodes()).first();
  const { x, y } = seen.position();
  const tall = bounds.height * PART > cy.height() - 2 * PADDING;
  cy.zoom(PART);
  // Near the edge, but whole.
  const room = (seen.width() / 2) * PART + PADDING;
  const across = Math.max(room, Math.min(cy.width() - room, cy.width() * focus.across));
  cy.pan({ x: across - x * PART, y: cy.height() / 2 - (tall ? y : bounds.y) * PART });
}

/** Draws on as it was: the node `id` at the same place of the screen. False when it is not there. */
export function showAsBefore(cy: Core, id: string, before: { zoom: number; x: number; y: number }): boolean {
  const node = cy.getElementById(id);
  if (node.empty()) return false;
  const { x, y } = node.position();
  cy.zoom(before.zoom);
  cy.pan({ x: before.x - x * before.zoom, y: before.y - y * before.zoom });
  return true;
}
