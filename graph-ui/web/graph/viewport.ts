// Runs in: browser. Which part of the graph is shown, and how large.
import type { Core } from 'cytoscape';

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

/** The whole graph if it can be read; else the part around the focus. */
export function showAtFirst(cy: Core, focus: Focus): void {
  // Edges run between nodes: asking where each of thousands runs would only take time.
  cy.fit(cy.nodes(), PADDING);
  if (cy.zoom() > 1) {
    cy.zoom(1);
    cy.center();
  }
  if (cy.zoom() >= SMALLEST_WHOLE) return;
  const bounds = cy.nodes().boundingBox({ includeLabels: false });
  const node = focus.id === null ? cy.collection() : cy.getElementById(focus.id);
  if (cy.nodes().empty()) return;
  const seen = (node.nonempty() ? node : cy.nodes()).first();
  const { x, y } = seen.position();
  const tall = bounds.h * PART > cy.height() - 2 * PADDING;
  const middle = (bounds.y1 + bounds.y2) / 2;
  cy.zoom(PART);
  // Near the edge, but whole.
  const room = (seen.width() / 2) * PART + PADDING;
  const across = Math.max(room, Math.min(cy.width() - room, cy.width() * focus.across));
  cy.pan({ x: across - x * PART, y: cy.height() / 2 - (tall ? y : middle) * PART });
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
