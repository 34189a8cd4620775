// Runs in: browser. The way from a code version to its commit on the web.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';
import { isA } from '../lineage/fold.ts';
import { commitLink } from './commit-link.ts';
import { section } from './section.ts';

/** Null where nobody knows where the commit is. */
export function commitAnchor({ properties }: AnswerNode): HTMLElement | null {
  const link = commitLink(properties['gitRemote'], properties['gitCommit']);
  return link && h('a', { class: 'link', href: link.href, target: '_blank', rel: 'noreferrer' }, `Commit on ${link.host}`, icon('external'));
}

/** Of a code version's own panel. */
export function commitSection(node: AnswerNode): HTMLElement | null {
  if (!isA(node, 'CodeVersion')) return null;
  const anchor = commitAnchor(node);
  const isDirty = node.properties['gitDirty'] === true;
  return section('Commit', anchor, isDirty && h('p', { class: 'quiet' }, 'It ran with changes that were not committed.'));
}
