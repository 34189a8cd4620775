// Runs in: browser. The whole graph in a corner, with a frame around what is in sight; a click goes there.
import type { Core } from 'cytoscape';
import { lookOf } from '../base/kinds.ts';
import type { Placed } from './positions.ts';

const PADDING = 8;

export interface Minimap {
  /** Draws it anew, in the colours as they are now. */
  draw(): void;
  remove(): void;
}

/** @param around all that is drawn */
export function startMinimap(cy: Core, canvas: HTMLCanvasElement, around: Placed): Minimap {
  const pen = canvas.getContext('2d');
  const bounds = { x1: around.x - around.width / 2, y1: around.y - around.height / 2, x2: around.x + around.width / 2, y2: around.y + around.height / 2, w: around.width, h: around.height };
  const width = canvas.clientWidth || 176;
  const height = canvas.clientHeight || 96;
  const ratio = devicePixelRatio || 1;
  const scale = Math.min((width - 2 * PADDING) / Math.max(bounds.w, 1), (height - 2 * PADDING) / Math.max(bounds.h, 1));
  const offset = { x: (width - bounds.w * scale) / 2 - bounds.x1 * scale, y: (height - bounds.h * scale) / 2 - bounds.y1 * scale };
  // The nodes stay as they are while the view moves: they are drawn once, and copied in each frame.
  const nodes = document.createElement('canvas');
  let hasNodes = false;
  let frame = 0;

  const drawNodes = (): void => {
    hasNodes = true;
    nodes.width = width * ratio;
    nodes.height = height * ratio;
    const brush = nodes.getContext('2d');
    if (brush === null) return;
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    const sheet = getComputedStyle(document.documentElement);
    const colours = new Map<string, string>();
    cy.nodes().forEach((node) => {
      const { x, y } = node.position();
      const data = node.data() as { width: number; height: number; kind: string };
      let colour = colours.get(data.kind);
      if (colour === undefined) {
        colour = sheet.getPropertyValue(`--kind-${lookOf(data.kind).name}`).trim();
        colours.set(data.kind, colour);
      }
      brush.fillStyle = colour;
      // What others are inside of is but a tint.
      brush.globalAlpha = node.hasClass('group') ? 0.2 : 1;
      const w = Math.max(2, data.width * scale);
      const h = Math.max(2, data.height * scale);
      brush.fillRect(x * scale + offset.x - w / 2, y * scale + offset.y - h / 2, w, h);
    });
  };

  const draw = (): void => {
    frame = 0;
    const seen = cy.extent();
    const all = seen.x1 <= bounds.x1 && seen.y1 <= bounds.y1 && seen.x2 >= bounds.x2 && seen.y2 >= bounds.y2;
    canvas.hidden = all;
    if (all || pen === null) return;
    if (!hasNodes) drawNodes();
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    pen.drawImage(nodes, 0, 0);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();
    pen.lineWidth = 1.5;
    const x1 = Math.max(1, seen.x1 * scale + offset.x);
    const y1 = Math.max(1, seen.y1 * scale + offset.y);
    const x2 = Math.min(width - 1, seen.x2 * scale + offset.x);
    const y2 = Math.min(height - 1, seen.y2 * scale + offset.y);
    pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
  };
  const goTo = (event: MouseEvent): void => {
    const x = (event.offsetX - offset.x) / scale;
    const y = (event.offsetY - offset.y) / scale;
    cy.pan({ x: cy.width() / 2 - x * cy.zoom(), y: cy.height() / 2 - y * cy.zoom() });
  };
  canvas.addEventListener('click', goTo);
  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  cy.on('viewport resize', schedule);
  draw();
  return {
    draw: () => {
      hasNodes = false;
      draw();
    },
    remove: () => {
      cy.off('viewport resize', schedule);
      cancelAnimationFrame(frame);
      canvas.removeEventListener('click', goTo);
    },
  };
}
