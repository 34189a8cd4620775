// Runs in: browser. The runs that used a version, beside how often every other version of it was used.
import type { RunUse, TimelineVersion } from '../../../plugin/graph/answers.ts';
import { api } from '../base/api.ts';
import { h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { temporalLink } from '../panel/temporal-link.ts';
import type { AnswerPage } from './answer.ts';
import { block, linkTo, nothing, runColumns, versionName } from './parts.ts';
import { type Column, sheet } from './table.ts';

/** So many of the newest versions are shown before the rest has to be asked for. */
const FEW = 12;

const HOW = { declared: 'declared', argument: 'as an argument', carried: 'carried only', mentioned: 'mentioned' } as const;

export const runsPage: AnswerPage = {
  name: 'Runs that used it',
  async show({ subject }, settings, signal) {
    const answer = await api.allRunsUsing(subject!, true, signal);
    const { runs, versions } = answer;
    const [version, ...others] = versions;
    const all = version === undefined || version.uri === '' ? null : await api.timeline(version.uri, signal);
    const columns: Column<RunUse>[] = [
      ...runColumns<RunUse>(),
      { title: 'Steps', text: ({ steps }) => steps.map(({ type, how }) => `${type ?? 'step'} (${how})`).join('; '),
        cell: ({ steps }) => h('ul', { class: 'plain-list' }, ...steps.map(({ id, type, how, member }) =>
          h('li', {}, linkTo({ view: null, subject: id, direction: 'upstream', selected: id }, {}, type ?? 'Step'), h('span', { class: 'quiet' }, ` ${HOW[how]}${member === undefined ? '' : ', in a collection'}`)))) },
      { title: 'Temporal', text: ({ id, workflowId, runId }) => temporalLink(settings, namespaceOf(id), workflowId, runId),
        cell: ({ id, workflowId, runId }) => {
          const href = temporalLink(settings, namespaceOf(id), workflowId, runId);
          return href === null ? '–' : h('a', { class: 'link', href, target: '_blank', rel: 'noreferrer' }, 'Open');
        } },
    ];
    const list = sheet('Runs that used it', columns, runs);
    const most = all?.versions.reduce((highest, { usedBy }) => Math.max(highest, usedBy.runs), 1) ?? 1;
    const versionBars = (some: TimelineVersion[]): HTMLElement => h('ol', { class: 'version-bars' }, ...some.map((each) => {
      const bar = h('span', { class: 'bar-fill' });
      bar.style.setProperty('--share', String(each.usedBy.runs / most));
      return h('li', {},
        linkTo({ view: 'runs', subject: each.id }, { class: 'version-bar', 'aria-current': versions.some(({ id }) => id === each.id) ? 'true' : null },
          h('span', { class: 'version-bar-name mono-text' }, each.version.length > 24 ? `${each.version.slice(0, 20)}…` : each.version, each.withdrawnAt !== undefined && h('span', { class: 'status is-bad' }, 'withdrawn')),
          h('span', { class: 'bar' }, bar),
          h('span', { class: 'number' }, counted(each.usedBy.runs, 'run'))));
    }));
    return {
      title: version === undefined || others.length > 0 ? subject! : versionName(version),
      subtitle: [version === undefined || others.length > 0 ? counted(versions.length, 'version') : `${version.uri} @ ${version.version}`],
      content: [
        runs.length === 0 ? null : restsOn(runs),
        block('Runs', runs.length, runs.length === 0 ? nothing('No run used this version.') : list.element),
        all === null ? null : block('All versions, side by side', all.versions.length, versionBars(all.versions.slice(-FEW).toReversed()),
          all.versions.length > FEW && h('details', {}, h('summary', {}, `${counted(all.versions.length - FEW, 'older version')}`), versionBars(all.versions.slice(0, -FEW).toReversed()))),
      ],
      sheet: list,
      json: answer,
    };
  },
};

function restsOn(runs: RunUse[]): HTMLElement {
  const withSeal = (...seals: string[]): number => runs.filter(({ seal }) => seals.includes(seal)).length;
  const [sealed, pending, failed] = [withSeal('sealed'), withSeal('unsealed', 'open'), withSeal('failed')];
  const words = [`${counted(sealed, 'run')} sealed`, ...(pending > 0 ? [`${count(pending)} pending`] : []), ...(failed > 0 ? [`${count(failed)} not confirmed`] : [])];
  return h('div', { class: 'answer-trust' }, h('p', { class: words.length === 1 ? 'trust is-good' : 'trust' }, icon('shield'), `Rests on ${words.join(' · ')}`));
}

function namespaceOf(runId: string): string {
  return decodeURIComponent(runId.split('/')[1] ?? 'default');
}
