// Runs in: browser. How the canvas is drawn. Colours come from the page's style sheet, so that both follow one theme.
import type { StylesheetJson } from 'cytoscape';
import { lookOf } from '../base/kinds.ts';

/** Reads the style sheet's colours as they are now. */
export function canvasStyle(kinds: Iterable<string>): StylesheetJson {
  const sheet = getComputedStyle(document.documentElement);
  const colour = (name: string): string => sheet.getPropertyValue(name).trim();
  const edge = colour('--edge');
  const accent = colour('--accent');
  const kindColours = [...new Set([...kinds].map((kind) => lookOf(kind).name))].map((name) => ({
    selector: `node.as-box[kind = "${name}"]`,
    style: { 'background-color': colour(`--kind-${name}`), 'background-opacity': 1 },
  }));
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        width: 'data(width)',
        height: 'data(height)',
        // The cards above the canvas are what is seen; the node below only takes the pointer.
        'background-opacity': 0,
      },
    },
    { selector: 'node:active', style: { 'overlay-opacity': 0 } },
    ...kindColours,
    { selector: 'node.group', style: { 'z-index': -1 } },
    { selector: 'node.group.as-box', style: { 'background-opacity': 0.15 } },
    {
      selector: 'edge',
      style: {
        width: 1.6,
        'line-color': edge,
        'target-arrow-color': edge,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.85,
        'curve-style': 'straight',
        events: 'no',
      },
    },
    {
      selector: 'edge.routed',
      style: {
        'curve-style': 'round-segments',
        'segment-weights': 'data(weights)',
        'segment-distances': 'data(distances)',
        'segment-radii': [10],
        'radius-type': 'arc-radius',
        'source-endpoint': 'data(leaves)',
        'target-endpoint': 'data(meets)',
        'edge-distances': 'endpoints',
      },
    },
    { selector: 'edge.straight', style: { 'source-endpoint': 'data(leaves)', 'target-endpoint': 'data(meets)' } },
    { selector: 'edge[evidence = "declared"]', style: { 'line-color': accent, 'target-arrow-color': accent } },
    { selector: 'edge[evidence = "inferred"]', style: { 'line-style': 'dashed', 'line-dash-pattern': [7, 5] } },
    { selector: 'edge[evidence = "followed"]', style: { 'line-style': 'dashed', 'line-dash-pattern': [1.5, 4], 'line-cap': 'round' } },
    { selector: 'edge[evidence = "structure"]', style: { width: 1, 'target-arrow-shape': 'none' } },
    {
      selector: 'edge[?failed]',
      style: { 'line-color': colour('--bad'), 'target-arrow-color': colour('--bad'), 'line-opacity': 0.75 },
    },
    { selector: 'edge.as-box', style: { width: 4 } },
    { selector: 'edge.lit', style: { width: 2.4, 'line-color': accent, 'target-arrow-color': accent, 'z-index': 9 } },
    { selector: 'edge.near', style: { width: 3, 'z-index': 10 } },
  ] as unknown as StylesheetJson;
}
