// Runs in: browser. What Cytoscape is given to draw.
import type { ElementDefinition } from 'cytoscape';
import { kindOf, lookOf } from '../base/kinds.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { View, ViewNode } from '../lineage/view.ts';
import { insideOf } from './card.ts';
import { edgeShape } from './edge-shape.ts';
import { frameBox } from './framed.ts';
import type { Placed, Point } from './positions.ts';

/** @param places where each node of the view is */
export function nodeElements(view: View, places: Map<string, Placed>, index: TraceIndex): ElementDefinition[] {
  const frames = view.frames.map((frame) => ({ ...nodeElement(frame.node, frameBox(frame, places)), classes: 'group' }));
  return [...frames, ...view.nodes.flatMap((node) => {
    const place = places.get(node.id)!;
    const own = nodeElement(node, place);
    if (node.inside.length === 0) return [own];
    const { offsets, cell } = insideOf(node, index);
    return [
      { ...own, classes: 'group' },
      ...node.inside.map((member, at) => nodeElement(member, { ...cell, id: member.id, x: place.x + offsets[at]!.x, y: place.y + offsets[at]!.y })),
    ];
  })];
}

function nodeElement({ id, node }: ViewNode, { x, y, width, height }: Placed): ElementDefinition {
  return { data: { id, width, height, kind: lookOf(kindOf(node)).name }, position: { x, y } };
}

/** @param routes by edge id; those without one are straight */
export function edgeElements(view: View, places: Map<string, Placed>, routes: Map<string, Point[]>): ElementDefinition[] {
  // Time flows from left to right, so that the arrows point from the earlier to the later: against the trace's edges.
  return view.edges.map(({ id, from, to, evidence, failedOnly }) => {
    const shape = edgeShape(routes.get(id) ?? [], places.get(to)!, places.get(from)!);
    return {
      data: { id, source: to, target: from, evidence: evidence ?? 'structure', failed: failedOnly, ...shape },
      classes: shape === null ? '' : shape.weights.length === 0 ? 'straight' : 'routed',
    };
  });
}
