// Runs in: browser. The shapes of what is drawn: a trace made smaller. Types only.
import type { AnswerEdge, AnswerNode, Evidence } from '../../../plugin/graph/answers.ts';

/** A node of the drawing. */
export interface ViewNode {
  id: string;
  /** The trace's node; of a bundle, its first member. */
  node: AnswerNode;
  /** Whether the question was about it. */
  root: boolean;
  /** A step's attempts that are folded into it, first one first. */
  attempts: AnswerNode[];
  /** How often a step was tried: attempts that led nowhere are not in the trace. */
  tries: number;
  /** Of a bundle: all nodes that it stands for. Empty on any other node. */
  members: AnswerNode[];
  /** Of an open bundle: its members as they are drawn inside of it. Empty on any other node. */
  inside: ViewNode[];
  /** Of a run that is drawn as one: how many of its steps it stands for. */
  steps: number;
}

/** What is drawn around the nodes of an open run. */
export interface Frame {
  /** The run, as it is drawn when it is closed. */
  node: ViewNode;
  /** Ids of the nodes in it. */
  ids: string[];
}

/** An edge of the drawing; like the trace's, it points from the later to the earlier. */
export interface ViewEdge {
  id: string;
  from: string;
  to: string;
  /** How sure the best way between the two is: as sure as its weakest edge. Null on structure. */
  evidence: Evidence | null;
  /** The trace's edges that it stands for, where they run directly between the two. */
  parts: AnswerEdge[];
  /** Whether it also stands for ways through Values that are not drawn. */
  throughValues: boolean;
  /** Whether only attempts that failed speak for it. */
  failedOnly: boolean;
}

export interface View {
  nodes: ViewNode[];
  edges: ViewEdge[];
  /** For each node of the trace that is drawn as part of another: which one. */
  holders: Map<string, string>;
  /** Open runs. */
  frames: Frame[];
  /** How much is folded away. */
  folded: { values: number; attempts: number; bundled: number };
}
