// Runs in: browser. A whole arrangement that is laid aside while something else is drawn, and comes back as it was.
import { placeKey } from './place-near.ts';
import type { Box, Layout, Placed, Point } from './positions.ts';

/** Everything where it is, and which part of it is in sight. */
export interface Scene extends Layout {
  places: Map<string, Placed>;
  zoom: number;
  pan: Point;
}

/** The scene, if what is to be drawn is what was drawn in it. */
export function fitting(scene: Scene | null, boxes: Box[]): Scene | null {
  const isSame = (box: Box): boolean => {
    const place = scene?.places.get(box.id);
    return place !== undefined && placeKey(place) === placeKey(box);
  };
  return scene !== null && scene.places.size === boxes.length && boxes.every(isSame) ? scene : null;
}
