// Runs in: browser. What came of something: versions by kind, and the runs that made them.
import type { Impact } from '../../../plugin/graph/answers.ts';
import { api } from '../base/api.ts';
import { h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { glyph, lookOf } from '../base/kinds.ts';
import type { AnswerPage } from './answer.ts';
import { block, linkTo, nothing, runColumns, trustParts, versionColumns } from './parts.ts';
import { subjectOf } from './subject.ts';
import { type Column, sheet } from './table.ts';

type Row = Impact['versions'][number];

export const impactPage: AnswerPage = {
  name: 'What came of it',
  async show({ subject }, _settings, signal) {
    const impact = await api.impact(subject!, signal);
    const [only, ...others] = impact.asked;
    const about = only !== undefined && others.length === 0 ? subjectOf(only) : { title: subject!, subtitle: counted(impact.asked.length, 'version') };
    const runs = new Map(impact.runs.map((run) => [run.id, run]));
    const made = ({ runs: ids }: Row) => ids.flatMap((id) => runs.get(id) ?? []);
    const withdrawn = impact.trust.withdrawn.length > 0;
    const columns: Column<Row>[] = [
      ...versionColumns<Row>(),
      { title: 'Pipeline', text: (row) => made(row).map(({ workflowType }) => workflowType).join(' ') },
      { title: 'Run', text: (row) => made(row).map(({ workflowId, runId }) => `${workflowId} ${runId}`).join('; '),
        cell: (row) => h('span', {}, ...made(row).map((run) => linkTo({ view: null, subject: run.id, direction: 'upstream', selected: run.id }, { title: run.id }, run.workflowId))) },
    ];
    const versions = sheet('Versions that came of it', columns, impact.versions);
    const runRows = sheet('Runs', [
      ...runColumns<Impact['runs'][number]>(),
      { title: 'Steps', text: ({ steps }) => steps, isNumber: true },
      { title: 'Made', text: ({ versions: number }) => number, isNumber: true },
    ], impact.runs);
    return {
      title: about.title,
      subtitle: [withdrawn ? 'Withdrawn: everything below is affected' : about.subtitle],
      content: [
        trustParts(impact.trust),
        impact.limit === undefined ? null : h('p', { class: 'banner', role: 'status' }, impact.limit.how),
        h('ul', { class: 'figures' }, ...Object.entries(impact.byKind).sort(([, a], [, b]) => b - a).map(([kind, number]) =>
          h('li', { class: 'figure' }, glyph(kind), h('strong', {}, count(number)), ' ', h('span', {}, number === 1 ? lookOf(kind).title.toLowerCase() : lookOf(kind).plural.toLowerCase())))),
        block('Versions', impact.versions.length, impact.versions.length === 0 ? nothing('Nothing that is recorded came of it.') : versions.element),
        block('Runs', impact.runs.length, impact.runs.length === 0 ? nothing('No run took it in.') : runRows.element),
      ],
      sheet: versions,
      json: impact,
    };
  },
};
