// Runs in: browser. What an answer is about, in words.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { shortDigest } from '../base/format.ts';
import { nameOf } from '../lineage/naming.ts';

export interface Subject {
  title: string;
  /** The version, of what has one; else nothing. */
  version: string;
  subtitle: string;
}

export function subjectOf(node: AnswerNode): Subject {
  const { title, subtitle } = nameOf(node);
  const { uri, version } = node.properties;
  return { title, version: typeof version === 'string' ? shortDigest(version) : '', subtitle: typeof uri === 'string' ? `${uri} @ ${String(version)}` : subtitle };
}
