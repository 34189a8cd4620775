// Runs in: browser. From a node to the answers about it that are pages of their own, and whether anything behind it was withdrawn.
import type { AnswerNode, WithdrawnBehind } from '../../../plugin/graph/answers.ts';
import { linkTo } from '../answers/parts.ts';
import { api } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { localTime } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import type { ViewName } from '../base/location.ts';
import { isA } from '../lineage/fold.ts';
import { section } from './section.ts';

/** Null for what no answer is about. */
export function answersSection(node: AnswerNode): HTMLElement | null {
  const isVersion = isA(node, 'ArtifactVersion');
  const isRun = isA(node, 'Run');
  if (!isVersion && !isRun && !isA(node, 'Step')) return null;
  const link = (view: ViewName, text: string): HTMLElement => h('li', {}, linkTo({ view, subject: node.id, other: null }, {}, text));
  return section('Answers', h('ul', { class: 'answer-links' },
    link('impact', 'What came of it'), isVersion && link('runs', 'Runs that used it'), isVersion && link('card', isA(node, 'Model') ? 'Model card' : 'Card'),
    isVersion && link('timeline', 'Versions over time'), link('compare', 'Compare with…')));
}

/** Fills itself once the answer is there; it is empty where nothing was withdrawn. */
export function withdrawnNotice(node: AnswerNode): HTMLElement | null {
  if (!['ArtifactVersion', 'Run', 'Step', 'Value', 'Attempt'].some((label) => isA(node, label))) return null;
  const notice = h('div', { class: 'withdrawn', 'aria-live': 'polite' });
  // Without the answer the panel says as much as before.
  void api.withdrawnBehind(node.id).then(({ withdrawn }) => fill(notice, ...withdrawn.map((each) => withdrawnLine(each, node.id))), () => undefined);
  return notice;
}

function withdrawnLine({ version, at, reason, name }: WithdrawnBehind['withdrawn'][number], self: string): HTMLElement {
  const when = localTime(at) ?? at;
  return h('p', { class: 'withdrawn-line' }, icon('warning'), h('span', {},
    h('strong', {}, version === self ? 'Withdrawn ' : 'Affected: '),
    version !== self && linkTo({ view: 'impact', subject: version }, {}, name), version !== self && ' was withdrawn ', `on ${when}`, reason === null ? '' : `: ${reason}`));
}
