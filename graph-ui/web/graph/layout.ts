// Runs in: browser. Decides where each node goes: earlier things left, later things right.
import type { View } from '../lineage/view.ts';
import { placeInColumns } from './columns.ts';
import { placeWithElk } from './elk.ts';
import type { Box, Layout } from './positions.ts';

/** Beyond so many nodes ELK takes longer than anybody waits. */
const MOST_FOR_ELK = 300;
/** Up to so many it is quick, if the machine is not busy. */
const FEW = 150;

function millisecondsForElk(nodes: number): number {
  return nodes <= FEW ? 5000 : 800;
}

/** Arranges a view. `boxes` are its nodes' sizes. ELK does it nicely; our own columns do it when ELK can't in time. */
export async function layOut(view: View, boxes: Box[]): Promise<Layout> {
  if (boxes.length > MOST_FOR_ELK) return placeInColumns(view, boxes);
  try {
    return await placeWithElk(view, boxes, millisecondsForElk(boxes.length));
  } catch (error) {
    console.info('Laid out in columns:', error instanceof Error ? error.message : error);
    return placeInColumns(view, boxes);
  }
}
