// Runs in: browser. Leaves out edges that only repeat what two others show.
import { isA } from './fold.ts';
import { weakness } from './evidence.ts';
import type { View, ViewEdge } from './view.ts';

/**
 * A step that passes its dataset on by reference makes two ways to the next step: over the dataset, and over the
 * Value that held the reference. With Values folded away the second is left out, unless it is the better known one.
 * The edges of the way that stays run to and from an artifact, and those are never left out.
 */
export function thin(view: View): View {
  const artifacts = new Set(view.nodes.filter(({ node }) => isA(node, 'ArtifactVersion')).map(({ id }) => id));
  const onward = new Map<string, ViewEdge[]>();
  const between = new Map<string, ViewEdge>();
  for (const edge of view.edges) {
    between.set(`${edge.from}\n${edge.to}`, edge);
    if (!artifacts.has(edge.to)) continue;
    const list = onward.get(edge.from);
    if (list === undefined) onward.set(edge.from, [edge]);
    else list.push(edge);
  }
  const isRepeated = (edge: ViewEdge): boolean => {
    if (edge.parts.length > 0 || artifacts.has(edge.from) || artifacts.has(edge.to)) return false;
    return (onward.get(edge.from) ?? []).some((first) => {
      const second = between.get(`${first.to}\n${edge.to}`);
      return second !== undefined && isAsGood(first, edge) && isKnown(second);
    });
  };
  return { ...view, edges: view.edges.filter((edge) => !isRepeated(edge)) };
}

/** The use must be known as well as the edge that it stands in for. */
function isAsGood(first: ViewEdge, edge: ViewEdge): boolean {
  return weakness(first.evidence) <= weakness(edge.evidence);
}

/** That a step made an artifact is declared: activity code is the only one to know. */
function isKnown({ evidence }: ViewEdge): boolean {
  return evidence === 'declared' || evidence === 'observed';
}
