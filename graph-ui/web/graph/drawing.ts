// Runs in: browser. Draws a view and tells which node was pointed at. It never moves by itself: only new content,
// the pointer and the buttons move it.
import type { Core, ElementDefinition } from 'cytoscape';
import type { Trust } from '../../../plugin/graph/answers.ts';
import { byId } from '../base/dom.ts';
import { nameOfView } from '../lineage/naming.ts';
import { drawnWays, type Ways } from '../lineage/paths.ts';
import type { Reveal, Side } from '../lineage/reveal.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { View, ViewNode } from '../lineage/view.ts';
import { boxesOf } from './boxes.ts';
import { makeCanvas } from './canvas.ts';
import { makeCard, makeFrame } from './card.ts';
import { startCards, type Cards } from './cards.ts';
import { edgeElements, nodeElements } from './elements.ts';
import { boundsOf, frameBox, layOutFramed } from './framed.ts';
import { closingHandles, openingHandles } from './handles.ts';
import { startLighting, type Lighting } from './lighting.ts';
import { marksOf, markWords } from './marks.ts';
import { startMinimap, type Minimap } from './minimap.ts';
import { plainRoute } from './plain-route.ts';
import { placeKey, placeNear } from './place-near.ts';
import { listenToPointer } from './pointer.ts';
import type { Box, Placed, Point } from './positions.ts';
import { fitting, type Scene } from './scene.ts';
import { canvasStyle } from './style.ts';
import { fitBounds, showAsBefore, showAtFirst, type Focus } from './viewport.ts';

export interface Drawn {
  view: View;
  /** The same, before anything in it was joined. */
  single: View;
  /** Null where nothing can be opened or closed: the paths between two nodes are drawn. */
  reveal: Reveal | null;
  index: TraceIndex;
  trust: Trust;
  /** How far to the right what was asked for is to be seen, from 0 to 1, when not all can be. */
  across: number;
}

/** What is done by pointing at the drawing. */
export interface DrawingActions {
  /** A node was clicked; null for the ground. */
  select: (id: string | null) => void;
  /** A second node was clicked: the paths to it are asked for. */
  choosePath: (id: string) => void;
  toggleSide: (id: string, side: Side) => void;
  /** Look-alikes or a run are opened or closed. */
  toggleGroup: (id: string) => void;
}

export class Drawing {
  readonly #actions: DrawingActions;
  #cy: Core | null = null;
  #cards: Cards | null = null;
  #minimap: Minimap | null = null;
  #lighting: Lighting | null = null;
  #drawn: Drawn | null = null;
  /** All drawn nodes, those inside of others as well. */
  #nodes = new Map<string, ViewNode>();
  #places = new Map<string, Placed>();
  #routes = new Map<string, Point[]>();
  /** Where nodes were before they went, so that they come back there. */
  #remembered = new Map<string, Point>();
  #ways: Ways | null = null;
  /** How all was arranged before the paths between two nodes were drawn alone. */
  #aside: Scene | null = null;
  #selected: string | null = null;
  /** Counts drawings, so that a layout that comes late does not replace a newer one. */
  #turn = 0;

  constructor(actions: DrawingActions) {
    this.#actions = actions;
  }

  /** Lays out and draws all of it. With `keep`, that node stays where it is on the screen. */
  async draw(drawn: Drawn, keep: string | null): Promise<void> {
    const turn = ++this.#turn;
    const boxes = boxesOf(drawn);
    const isPath = drawn.reveal === null;
    const aside = isPath ? (this.#aside ?? this.#scene()) : null;
    const again = isPath ? null : fitting(this.#aside, boxes);
    const { positions, routes } = again ?? (await layOutFramed(drawn.view, boxes));
    if (turn !== this.#turn) return;
    const before = keep === null ? null : this.#onScreen(keep);
    this.clear();
    this.#aside = aside;
    this.#take(drawn, boxes, positions);
    this.#routes = routes;
    const cy = this.#make(drawn);
    this.#cy = cy;
    this.#lighting = startLighting(cy);
    if (again !== null) cy.viewport(again);
    else if (isPath) showAtFirst(cy, this.#focus(drawn), this.#bounds());
    else if (before === null || keep === null || !showAsBefore(cy, keep, before)) showAtFirst(cy, this.#focus(drawn), this.#bounds());
    this.#cards = startCards(cy, byId('cards'), (id) => this.#card(id));
    this.#minimap = startMinimap(cy, byId('minimap') as HTMLCanvasElement, this.#bounds());
    this.select(this.#selected);
  }

  /** Draws what has come, and takes away what has gone, without moving anything else. */
  async redraw(drawn: Drawn): Promise<void> {
    const turn = ++this.#turn;
    const boxes = boxesOf(drawn);
    const positions = await placeNear(drawn.view, boxes, { drawn: this.#places, remembered: this.#remembered });
    const cy = this.#cy;
    if (turn !== this.#turn || cy === null) return;
    const before = this.#places;
    this.#take(drawn, boxes, positions);
    const hasMoved = (id: string): boolean => {
      const [then, now] = [before.get(id), this.#places.get(id)];
      return then === undefined || now === undefined || placeKey(then) !== placeKey(now) || then.x !== now.x || then.y !== now.y;
    };
    const routes = new Map<string, Point[]>();
    for (const { id, from, to } of drawn.view.edges) {
      const isNew = hasMoved(from) || hasMoved(to);
      const route = isNew ? plainRoute(this.#places.get(to)!, this.#places.get(from)!) : this.#routes.get(id);
      if (route !== undefined && route !== null) routes.set(id, route);
    }
    this.#routes = routes;
    cy.batch(() => {
      cy.elements().remove();
      cy.add(this.#elements(drawn));
    });
    this.#cards?.refresh();
    this.#minimap?.remove();
    this.#minimap = startMinimap(cy, byId('minimap') as HTMLCanvasElement, this.#bounds());
    this.restyle();
    this.select(this.#selected);
  }

  /** Marks a node, without moving anything. */
  select(id: string | null): void {
    this.#selected = id;
    this.#cards?.select(id);
    this.#cy?.edges().removeClass('near');
    if (id === null) return;
    this.#cy?.getElementById(id).connectedEdges().addClass('near');
    this.#addClosing(id);
  }

  /** Lights up all that a node came from and all that came of it; null for no node. */
  light(id: string | null): void {
    if (this.#drawn === null) return;
    const isOfNone = id === null || !this.#nodes.has(id) || this.#drawn.view.frames.some(({ node }) => node.id === id);
    const lit = isOfNone ? null : (this.#ways ??= drawnWays(this.#drawn.view, this.#drawn.single)).through(id);
    this.#lighting?.light(lit);
    this.#cards?.light(lit);
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
    if (this.#cy !== null) fitBounds(this.#cy, this.#bounds());
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
    this.#lighting?.remove();
    this.#lighting = null;
    this.#cy?.destroy();
    this.#cy = null;
    this.#drawn = null;
    this.#places = new Map();
    this.#remembered = new Map();
    this.#aside = null;
  }

  #scene(): Scene | null {
    const cy = this.#cy;
    return cy === null ? null : { places: this.#places, positions: this.#places, routes: this.#routes, zoom: cy.zoom(), pan: { ...cy.pan() } };
  }

  #take(drawn: Drawn, boxes: Box[], positions: Map<string, Point>): void {
    this.#drawn = drawn;
    this.#ways = null;
    this.#nodes = new Map([...drawn.view.frames.map(({ node }) => node), ...drawn.view.nodes.flatMap((node) => [node, ...node.inside])].map((node) => [node.id, node]));
    for (const place of this.#places.values()) this.#remembered.set(placeKey(place), place);
    this.#places = new Map(boxes.map((box) => [box.id, { ...box, ...positions.get(box.id)! }]));
  }

  #card(id: string): HTMLElement {
    const { index, trust, reveal, view } = this.#drawn!;
    const node = this.#nodes.get(id)!;
    const actions = {
      handles: () => (reveal === null ? [] : openingHandles(id, reveal, this.#actions.toggleSide)),
      toggleGroup: this.#actions.toggleGroup,
    };
    const isFrame = view.frames.some((frame) => frame.node === node);
    return isFrame ? makeFrame(node, index, actions, 'Draw it as one') : makeCard(node, index, trust, actions);
  }

  #addClosing(id: string): void {
    const card = this.#cards?.of(id);
    const reveal = this.#drawn?.reveal ?? null;
    if (card === undefined || reveal === null || card.querySelector('.is-closing') !== null) return;
    card.append(...closingHandles(id, reveal, this.#actions.toggleSide));
  }

  #bounds(): Placed {
    const frames = this.#drawn?.view.frames ?? [];
    return boundsOf([...this.#places.values(), ...frames.map((frame) => frameBox(frame, this.#places))]);
  }

  #focus({ view, across }: Drawn): Focus {
    const selected = this.#selected !== null && this.#places.has(this.#selected) ? this.#selected : undefined;
    if (selected !== undefined) return { id: selected, across: 0.5 };
    return { id: view.nodes.find(({ root }) => root)?.id ?? null, across };
  }

  #onScreen(id: string): { zoom: number; x: number; y: number } | null {
    const node = this.#cy?.getElementById(id);
    if (this.#cy === null || node === undefined || node.empty()) return null;
    return { zoom: this.#cy.zoom(), ...node.renderedPosition() };
  }

  #elements({ view, index }: Drawn): ElementDefinition[] {
    return [...nodeElements(view, this.#places, index), ...edgeElements(view, this.#places, this.#routes)];
  }

  #make(drawn: Drawn): Core {
    const cy = makeCanvas(this.#elements(drawn), drawn.view);
    listenToPointer(cy, {
      click: (id, isShift) => (id !== null && isShift ? this.#actions.choosePath(id) : this.#actions.select(id)),
      enter: (id) => {
        this.#addClosing(id);
        this.#cards?.of(id)?.classList.add('is-hovered');
      },
      leave: (id) => this.#cards?.of(id)?.classList.remove('is-hovered'),
      rest: (id) => this.light(id),
      titleOf: (id) => {
        const { index, trust } = this.#drawn!;
        const node = this.#nodes.get(id)!;
        const { title, subtitle } = nameOfView(node, index);
        return [title, subtitle, ...markWords(marksOf(node, trust, index))].filter(Boolean).join('\n');
      },
    });
    return cy;
  }
}
