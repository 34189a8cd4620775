// Runs in: browser. How complete the record is: over time, and the runs in which something is wanting.
import type { Completeness } from '../../../plugin/graph/answers.ts';
import { api } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import type { AnswerPage } from './answer.ts';
import { block, nothing, runColumns, when } from './parts.ts';
import { type Column, csvOf, sheet } from './table.ts';

type Wanting = Completeness['wanting'][number];

const SEALS = [
  ['sealed', 'sealed', "Temporal's history confirms the record"],
  ['open', 'going on', 'confirmed so far'],
  ['unsealed', 'unsealed', 'nobody has asked the history yet'],
  ['failed', 'not confirmed', 'record and history do not agree'],
] as const;

const COLUMNS: Column<Wanting>[] = [
  ...runColumns<Wanting>(),
  { title: 'First told of', text: ({ recordedAt }) => recordedAt, cell: ({ recordedAt }) => when(recordedAt) },
  { title: 'Gaps', text: ({ gaps }) => gaps, isNumber: true },
  { title: 'Found missing', text: ({ missing }) => missing, cell: ({ missing }) => (missing === null ? '–' : count(missing)), isNumber: true },
];

export const auditPage: AnswerPage = {
  name: 'Audit',
  async show({ asOf }, _settings, signal) {
    const answer = await api.completeness(null, signal);
    const { counts, days } = answer;
    const runs = [...answer.wanting];
    const list = h('div', {});
    const draw = (next: string | null): void => {
      const more = h('button', { class: 'button no-print', type: 'button' }, 'More runs');
      more.addEventListener('click', () => {
        more.disabled = true;
        void api.completeness(next).then((page) => {
          runs.push(...page.wanting);
          draw(page.next);
        }, () => {
          more.disabled = false;
        });
      });
      fill(list, sheet('Runs in which something is wanting', COLUMNS, runs).element, next !== null && more);
    };
    draw(answer.next);
    const share = counts.runs === 0 ? 0 : (counts.sealed / counts.runs) * 100;
    return {
      title: 'Is the record complete?',
      subtitle: [counts.runs === 0 ? (asOf === null ? 'No run is recorded yet.' : 'No run was recorded yet.') : `Temporal's history ${asOf === null ? 'has' : 'had'} confirmed ${share === 100 ? 'all' : `${share.toFixed((share > 99 || share < 1) && share > 0 ? 1 : 0)} %`} of ${count(counts.runs)} runs for good.`],
      content: [
        h('ul', { class: 'figures' }, ...SEALS.map(([name, title, about]) => h('li', { class: `figure is-${name}`, title: about }, h('strong', {}, count(counts[name])), ' ', h('span', {}, title))),
          h('li', { class: counts.withGaps > 0 ? 'figure is-failed' : 'figure', title: 'something could not be recorded when it happened' }, h('strong', {}, count(counts.withGaps)), ' ', h('span', {}, 'with gaps')),
          h('li', { class: 'figure', title: 'attempts, steps and values that were recorded and that history does not confirm' }, h('strong', {}, count(counts.unconfirmed)), ' ', h('span', {}, 'unconfirmed things'))),
        days.length === 0 ? null : block('By the day on which the runs began to be recorded (UTC)', null, chart(days), dayTable(days)),
        counts.runs === 0 ? null : block('Runs in which something is wanting', null, runs.length === 0 ? nothing('None: every run is sealed, without a gap.') : list),
        counts.runs === 0 ? null : h('p', { class: 'quiet' }, 'What is wanting is found and filled by ', h('code', {}, 'provenance audit --repair'), '.'),
      ],
      sheet: { element: list, csv: () => csvOf(COLUMNS, runs) },
      json: { ...answer, wanting: runs },
    };
  },
};

/** The days as columns; the table below says the same to those who can't see it. */
function chart(days: Completeness['days']): HTMLElement {
  const latest = days.slice(-60);
  const most = Math.max(...latest.map(({ runs }) => runs));
  const columns = latest.map((day) => {
    const column = h('div', { class: 'day', title: `${day.day}: ${count(day.runs)} runs` }, ...SEALS.map(([name]) => {
      const part = h('span', { class: `day-part is-${name}` });
      part.style.setProperty('--share', String(day[name] / most));
      return part;
    }));
    return column;
  });
  return h('div', { class: 'days', 'aria-hidden': 'true' }, h('div', { class: 'day-chart' }, ...columns),
    h('div', { class: 'day-ends quiet' }, h('span', {}, latest[0]!.day), h('span', {}, `at most ${count(most)} a day`), h('span', {}, latest.at(-1)!.day)));
}

function dayTable(days: Completeness['days']): HTMLElement {
  const columns: Column<Completeness['days'][number]>[] = [
    { title: 'Day', text: ({ day }) => day },
    { title: 'Runs', text: ({ runs }) => runs, isNumber: true },
    ...SEALS.map(([name, title]) => ({ title: title.charAt(0).toUpperCase() + title.slice(1), text: (day: Completeness['days'][number]) => day[name], isNumber: true })),
    { title: 'With gaps', text: ({ withGaps }) => withGaps, isNumber: true },
  ];
  return h('details', { class: 'day-table' }, h('summary', {}, 'As a table'), sheet('Runs by day', columns, days.toReversed()).element);
}
