// Runs in: server. A trace as lines of JSON: what it is of, its parts, and last what they amount to.
import type { AnswerEdge, AnswerNode, Trace } from '../../../../plugin/graph/answers.ts';
import { list, object, oneOf, Schema, text } from '../schema.ts';
import { edgeSchema, nodeSchema } from './graph.ts';
import { counts, cut, tries, trustSchema } from './trace.ts';
import { asOf } from './versions.ts';

type Head = Pick<Trace, 'direction' | 'roots' | 'asOf'>;
type End = Pick<Trace, 'tries' | 'truncated' | 'limit' | 'counts' | 'trust'>;
type Line = { trace: Head } | { node: AnswerNode } | { edge: AnswerEdge } | { contextNode: AnswerNode } | { contextEdge: AnswerEdge } | { end: End };

export function* traceLines({ nodes, edges, context, tries: tried, truncated, limit, counts: counted, trust, ...head }: Trace): Generator<Line> {
  yield { trace: head };
  for (const node of nodes) yield { node };
  for (const edge of edges) yield { edge };
  for (const contextNode of context.nodes) yield { contextNode };
  for (const contextEdge of context.edges) yield { contextEdge };
  yield { end: { tries: tried, truncated, ...(limit && { limit }), counts: counted, trust } };
}

export const traceLineSchema = new Schema<Line>({
  anyOf: [
    object<{ trace: Head }>({ trace: object<Head>({ direction: oneOf('upstream', 'downstream'), asOf, roots: list(text()) }) }),
    object<{ node: AnswerNode }>({ node: nodeSchema }),
    object<{ edge: AnswerEdge }>({ edge: edgeSchema }),
    object<{ contextNode: AnswerNode }>({ contextNode: nodeSchema }),
    object<{ contextEdge: AnswerEdge }>({ contextEdge: edgeSchema }),
    object<{ end: End }>({ end: object<End>({ tries, ...cut, counts, trust: trustSchema }) }),
  ],
}, 'TraceLine').about('One line. First `trace`, then what it holds; a stream is whole only if its last line is `end`');
