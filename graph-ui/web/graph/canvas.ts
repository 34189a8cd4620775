// Runs in: browser. Cytoscape on the page's canvas: it draws the edges and takes the pointer.
import cytoscape, { type Core, type ElementDefinition } from 'cytoscape';
import { byId } from '../base/dom.ts';
import { kindOf } from '../base/kinds.ts';
import type { View } from '../lineage/view.ts';
import { canvasStyle } from './style.ts';

/** Beyond so many nodes, drawing every frame of a movement takes longer than a frame. */
const MOST_DRAWN_MOVING = 1000;

export function makeCanvas(elements: ElementDefinition[], view: View): Core {
  // Cytoscape would inject a <style>, which the content security policy forbids, unless it finds one of this id.
  // What it would say is in our own style sheet.
  if (document.getElementById('__________cytoscape_stylesheet') === null) {
    const stand = document.createElement('meta');
    stand.id = '__________cytoscape_stylesheet';
    document.head.append(stand);
  }
  return cytoscape({
    container: byId('canvas'),
    elements,
    style: canvasStyle([...view.nodes, ...view.frames.map(({ node }) => node)].map(({ node }) => kindOf(node))),
    layout: { name: 'preset', fit: false },
    // Of a large graph the canvas is moved as a picture, and drawn anew once it rests: the cards above it are there all the time.
    textureOnViewport: view.nodes.length > MOST_DRAWN_MOVING,
    minZoom: 0.004,
    maxZoom: 2.5,
    autoungrabify: true,
    autounselectify: true,
    boxSelectionEnabled: false,
  });
}
