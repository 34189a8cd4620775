// Runs in: browser. The versions of a dataset, or of any artifact, over time.
import type { TimelineVersion } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { api } from '../base/api.ts';
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { lastPart } from '../lineage/naming.ts';
import { unfold } from '../panel/property-table.ts';
import { isObject } from '../panel/written.ts';
import type { AnswerPage } from './answer.ts';
import { linkTo, runLink, block, versionColumns, when } from './parts.ts';
import { type Column, sheet } from './table.ts';

export const timelinePage: AnswerPage = {
  name: 'Versions over time',
  async show({ subject }, _settings, signal) {
    const timeline = await api.timeline(await uriOf(subject!, signal), signal);
    const columns: Column<TimelineVersion>[] = [
      ...versionColumns<TimelineVersion>().filter(({ title }) => title !== 'Kind' && title !== 'URI'),
      { title: 'Rows', text: ({ statistics }) => rowsIn(statistics), cell: (version) => h('span', {}, rowsText(version)), isNumber: true },
      { title: 'Made by', text: ({ madeBy }) => madeBy.map(({ workflowId, runId }) => `${workflowId} ${runId}`).join('; '), cell: ({ madeBy }) => (madeBy.length === 0 ? '–' : h('span', {}, ...madeBy.map(runLink))) },
      { title: 'Used by runs', text: ({ usedBy }) => usedBy.runs, cell: ({ id, usedBy }) => linkTo({ view: 'runs', subject: id }, {}, count(usedBy.runs)), isNumber: true },
      { title: 'First used', text: ({ usedBy }) => usedBy.first, cell: ({ usedBy }) => when(usedBy.first) },
      { title: 'Last used', text: ({ usedBy }) => usedBy.last, cell: ({ usedBy }) => when(usedBy.last) },
    ];
    const list = sheet('Versions', columns, timeline.versions);
    const latestTwo = timeline.versions.slice(-2);
    return {
      title: timeline.versions.findLast(({ name }) => name !== null)?.name ?? lastPart(timeline.uri),
      subtitle: [timeline.uri],
      content: [
        block('Versions, oldest first', timeline.versions.length, list.element),
        latestTwo.length === 2 ? h('p', { class: 'no-print' }, linkTo({ view: 'compare', subject: latestTwo[0]!.id, other: latestTwo[1]!.id }, {}, 'Compare the last two')) : null,
      ],
      sheet: list,
      json: timeline,
    };
  },
};

/** The page is also asked for by the id of a version. */
async function uriOf(subject: string, signal: AbortSignal): Promise<string> {
  if (!/^artifact(-version)?\//.test(subject)) return subject;
  const { node } = await api.node(subject, signal);
  return String(node.properties['uri'] ?? subject);
}

function rowsIn(statistics: string | null): number | null {
  const value: Json = statistics === null ? null : unfold(statistics);
  return isObject(value) && typeof value['rows'] === 'number' ? value['rows'] : null;
}

function rowsText({ statistics }: TimelineVersion): string {
  const rows = rowsIn(statistics);
  return rows === null ? '–' : count(rows);
}
