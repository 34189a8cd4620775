// Runs in: browser. Sizes of nodes, and where a layout puts them. Types only.

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  id: string;
}

export interface Point {
  x: number;
  y: number;
}

/** A box that has its place. */
export interface Placed extends Box, Point {}

export interface Layout {
  /** Centre of each node. */
  positions: Map<string, Point>;
  /** By edge id: the way from the earlier node's side to the later one's, ends included. Missing: straight. */
  routes: Map<string, Point[]>;
}
