// Runs in: browser. Draws a view and tells which node was pointed at. It never moves by itself: only new content,
// the pointer and the buttons move it.
import cytoscape, { type Core, type ElementDefinition, type NodeSingular } from 'cytoscape';
import type { Trust } from '../../../plugin/graph/answers.ts';
import { byId } from '../base/dom.ts';
import { kindOf, lookOf } from '../base/kinds.ts';
import { nameOfView } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { View } from '../lineage/view.ts';
import { cardSize, makeCard } from './card.ts';
import { startCards, type Cards } from './cards.ts';
import { edgeShape } from './edge-shape.ts';
import { layOut } from './layout.ts';
import type { Box, Layout } from './positions.ts';
import { startMinimap, type Minimap } from './minimap.ts';
import { canvasStyle } from './style.ts';
import { showAsBefore, showAtFirst, type Focus } from './viewport.ts';

export interface Drawn {
  view: View;
  index: TraceIndex;
  trust: Trust;
  direction: 'upstream' | 'downstream';
}

export class Drawing {
  readonly #select: (id: string | null) => void;
  #cy: Core | null = null;
  #cards: Cards | null = null;
  #minimap: Minimap | null = null;
  #selected: string | null = null;
  /** Counts drawings, so that a layout that comes late does not replace a newer one. */
  #turn = 0;

  /** @param select hears which node was clicked; null for the ground */
  constructor(select: (id: string | null) => void) {
    this.#select = select;
    // Cytoscape would inject a <style>, which the content security policy forbids, unless it finds one of this id.
    // What it would say is in our own style sheet.
    if (document.getElementById('__________cytoscape_stylesheet') === null) {
      const stand = document.createElement('meta');
      stand.id = '__________cytoscape_stylesheet';
      document.head.append(stand);
    }
  }

  /** Lays out and draws. With `keep`, that node stays where it is on the screen. */
  async draw(drawn: Drawn, keep: string | null): Promise<void> {
    const turn = ++this.#turn;
    const byTitle = new Intl.Collator(undefined, { numeric: true });
    const boxes = drawn.view.nodes
      .map((node) => ({ id: node.id, title: nameOfView(node, drawn.index).title, ...cardSize(node, drawn.index) }))
      .sort((a, b) => byTitle.compare(a.title, b.title));
    const layout = await layOut(drawn.view, boxes);
    if (turn !== this.#turn) return;
    const before = keep === null ? null : this.#onScreen(keep);
    this.clear();
    const cy = this.#make(drawn, boxes, layout);
    this.#cy = cy;
    if (before === null || keep === null || !showAsBefore(cy, keep, before)) showAtFirst(cy, this.#focus(drawn));
    const nodes = new Map(drawn.view.nodes.map((node) => [node.id, node]));
    this.#cards = startCards(cy, byId('cards'), (id) => makeCard(nodes.get(id)!, drawn.index, drawn.trust));
    this.#minimap = startMinimap(cy, byId('minimap') as HTMLCanvasElement);
    this.select(this.#selected);
  }

  /** Marks a node, without moving anything. */
  select(id: string | null): void {
    this.#selected = id;
    this.#cards?.select(id);
    this.#cy?.edges().removeClass('near');
    if (id !== null) this.#cy?.getElementById(id).connectedEdges().addClass('near');
  }

  /** Moves a node into the middle: for a button that says so. */
  centre(id: string): void {
    const node = this.#cy?.getElementById(id);
    if (node !== undefined && node.nonempty()) this.#cy?.center(node);
  }

  zoomBy(factor: number): void {
    const cy = this.#cy;
    cy?.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  fit(): void {
    this.#cy?.fit(undefined, 32);
  }

  /** Takes over the style sheet's colours again. */
  restyle(): void {
    this.#cy?.style(canvasStyle(this.#cy.nodes().map((node) => node.data('kind') as string)));
    this.#minimap?.draw();
  }

  clear(): void {
    this.#turn++;
    this.#cards?.remove();
    this.#cards = null;
    this.#minimap?.remove();
    this.#minimap = null;
    this.#cy?.destroy();
    this.#cy = null;
  }

  #focus({ view, direction }: Drawn): Focus {
    const selected = view.nodes.find(({ id }) => id === this.#selected)?.id;
    if (selected !== undefined) return { id: selected, across: 0.5 };
    return { id: view.nodes.find(({ root }) => root)?.id ?? null, across: direction === 'upstream' ? 0.85 : 0.15 };
  }

  #onScreen(id: string): { zoom: number; x: number; y: number } | null {
    const node = this.#cy?.getElementById(id);
    if (this.#cy === null || node === undefined || node.empty()) return null;
    return { zoom: this.#cy.zoom(), ...node.renderedPosition() };
  }

  #make(drawn: Drawn, boxes: Box[], layout: Layout): Core {
    const cy = cytoscape({
      container: byId('canvas'),
      elements: elementsOf(drawn.view, boxes, layout),
      style: canvasStyle(drawn.view.nodes.map(({ node }) => kindOf(node))),
      layout: { name: 'preset' },
      minZoom: 0.004,
      maxZoom: 2.5,
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
    });
    cy.on('tap', (event) => {
      const target = event.target as { isNode?: () => boolean; id?: () => string };
      this.#select(target !== cy && target.isNode?.() === true ? target.id!() : null);
    });
    const canvas = byId('canvas');
    const titles = new Map(drawn.view.nodes.map((node) => [node.id, nameOfView(node, drawn.index)]));
    cy.on('mouseover', 'node', (event) => {
      const name = titles.get((event.target as NodeSingular).id());
      canvas.classList.add('is-over-node');
      canvas.title = name === undefined ? '' : [name.title, name.subtitle].filter(Boolean).join('\n');
    });
    cy.on('mouseout', 'node', () => {
      canvas.classList.remove('is-over-node');
      canvas.title = '';
    });
    return cy;
  }
}

function elementsOf(view: View, boxes: Box[], layout: Layout): ElementDefinition[] {
  const kinds = new Map(view.nodes.map(({ id, node }) => [id, lookOf(kindOf(node)).name]));
  const nodes = boxes.map(({ id, width, height }) => ({
    data: { id, width, height, kind: kinds.get(id) },
    position: { ...layout.positions.get(id)! },
  }));
  // Time flows from left to right, so that the arrows point from the earlier to the later: against the trace's edges.
  const edges = view.edges.map((edge, index) => {
    const route = layout.routes.get(edge.id) ?? [];
    const shape = edgeShape(route, layout.positions.get(edge.to)!, layout.positions.get(edge.from)!);
    const evidence = edge.evidence ?? 'structure';
    return {
      data: { id: `edge ${index}`, source: edge.to, target: edge.from, evidence, failed: edge.failedOnly, ...shape },
      classes: shape === null ? '' : shape.weights.length === 0 ? 'straight' : 'routed',
    };
  });
  return [...nodes, ...edges];
}
