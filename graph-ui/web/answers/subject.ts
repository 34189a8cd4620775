// Runs in: browser. What an answer is about, in words.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { nameOf } from '../lineage/naming.ts';

export interface Subject {
  title: string;
  subtitle: string;
}

export function subjectOf(node: AnswerNode): Subject {
  const { title, subtitle } = nameOf(node);
  const { uri, version } = node.properties;
  return { title, subtitle: typeof uri === 'string' ? `${uri} @ ${String(version)}` : subtitle };
}
