// Runs in: browser. Whether Temporal's history has confirmed what is recorded of a run, and what that covers.
import type { AnswerNode, Seal } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { isA } from '../lineage/fold.ts';
import { propertyTable } from './property-table.ts';
import { section } from './section.ts';

/** In a word, and in a sentence. */
export const SEAL: { [seal in Seal]: [string, string] } = {
  sealed: ['sealed', "Temporal's history confirms what is recorded."],
  open: ['goes on', "Temporal's history confirms what was recorded so far; the run goes on."],
  failed: ['not confirmed', "What is recorded does not agree with Temporal's history."],
  unsealed: ['unsealed', "Nobody has held the record against Temporal's history yet."],
};

const COUNTS = ['sealSteps', 'sealAttempts', 'sealMissing', 'sealFilled', 'sealDuplicate', 'sealUnconfirmed', 'sealFull', 'sealStartOnly', 'sealHistoryOnly', 'sealUnseen', 'sealUndecoded', 'sealUnkeyed'] as const;

/** Shown here, not among a run's other properties. */
export const CERTIFICATE = new Set<string>(['seal', 'sealedAt', 'sealedBy', 'sealNumber', 'sealProblem', 'historyEvents', 'historyDigest', 'recordDigest', 'opaqueSteps', 'opaqueStepCount', 'unwatched', ...COUNTS]);

/** Of runs; null for all else. */
export function certificateSection(node: AnswerNode): HTMLElement | null {
  if (!isA(node, 'Run')) return null;
  const { properties } = node;
  const seal = (properties['seal'] ?? 'unsealed') as Seal;
  const [word, sentence] = SEAL[seal];
  const about = h('p', {}, h('span', { class: seal === 'failed' ? 'status is-bad' : seal === 'sealed' ? 'status' : 'status is-quiet' }, word), ` ${sentence}`);
  if (seal === 'unsealed') return section('Proof', about);
  const number = (name: (typeof COUNTS)[number] | 'opaqueStepCount' | 'historyEvents') => Number(properties[name] ?? 0);
  const said = [
    `${counted(number('historyEvents'), 'event')}, ${counted(number('sealSteps'), 'step')}, ${counted(number('sealAttempts'), 'attempt')}: ${count(number('sealFull'))} seen in full`,
    ...some(number('sealStartOnly'), 'by their start only'), ...some(number('sealHistoryOnly'), 'from history only'), ...some(number('sealUnseen'), 'known by number only'),
  ].join(', ');
  const found = [
    number('sealMissing') === 0 ? 'Nothing was missing' : `${counted(number('sealMissing'), 'thing')} missing, ${count(number('sealFilled'))} filled from history`,
    ...some(number('sealUnconfirmed'), 'not confirmed'), ...some(number('sealDuplicate'), 'there twice'), ...some(number('opaqueStepCount'), 'steps of which no inputs are known'),
    ...some(number('sealUndecoded'), 'values that could not be decoded'),
    ...some(number('sealUnkeyed'), 'values for whose digests there is no key'),
  ].join(', ');
  const problem = properties['sealProblem'];
  const facts: { [name: string]: Json } = {};
  for (const [name, as] of [['sealedAt', 'at'], ['sealedBy', 'by'], ['historyDigest', 'historyDigest'], ['recordDigest', 'recordDigest'], ['unwatched', 'withoutThePlugin']] as const) {
    const value = properties[name];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) facts[as] = value;
  }
  return section('Proof', about, h('p', {}, `${said}.`), h('p', {}, `${found}.`), typeof problem === 'string' && problem !== '' && h('p', { class: 'status is-bad' }, problem), propertyTable(facts));
}

function some(number: number, what: string): string[] {
  return number > 0 ? [`${count(number)} ${what}`] : [];
}
