// Runs in: browser. Decides where each node goes: earlier things left, later things right.
import type { View } from '../lineage/view.ts';
import { placeInColumns } from './columns.ts';
import { placeWithElk } from './elk.ts';
import type { Box, Layout } from './positions.ts';

/** Beyond so many nodes ELK takes longer than anybody waits. */
const MOST_FOR_ELK = 2000;
const MILLISECONDS_FOR_ELK = 5000;

/** Arranges a view. `boxes` are its nodes' sizes. ELK does it nicely; our own columns do it when ELK can't in time. */
export async function layOut(view: View, boxes: Box[]): Promise<Layout> {
  if (boxes.length > MOST_FOR_ELK) return placeInColumns(view, boxes);
  try {
    return await placeWithElk(view, boxes, MILLISECONDS_FOR_ELK);
  } catch (error) {
    console.warn('Laid out in columns:', error instanceof Error ? error.message : error);
    return placeInColumns(view, boxes);
  }
}
