// Runs in: browser. The card of a model, or of any version: data, code, environment, parameters, metrics, approvals, predictions.
import type { AnswerNode, Card, CardStep, VersionSummary } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { api } from '../base/api.ts';
import { h } from '../base/dom.ts';
import { bytes, count, counted, duration, shortDigest } from '../base/format.ts';
import { lookOf } from '../base/kinds.ts';
import { nameOf } from '../lineage/naming.ts';
import { writtenTable } from '../panel/written.ts';
import type { AnswerPage } from './answer.ts';
import { block, linkTo, nothing, runLink, statusMark, trustParts, versionColumns, versionLink, versionName, when } from './parts.ts';
import { type Column, sheet } from './table.ts';

export const cardPage: AnswerPage = {
  name: 'Card',
  async show({ subject }, _settings, signal) {
    const card = await api.card(subject!, signal);
    const { version } = card;
    // What was measured or chosen on the way is what people look for on the card of a model that was only registered at the end.
    const [telling, others] = [card.steps.filter(isTelling), card.steps.filter((step) => !isTelling(step))];
    const data = sheet('Data it is made of', [
      { title: 'Role', text: ({ role }) => role } satisfies Column<VersionSummary & { role: string }>,
      ...versionColumns<VersionSummary & { role: string }>(),
    ], [...card.origins.map((each) => ({ ...each, role: 'raw' })), ...card.intermediate.map((each) => ({ ...each, role: 'on the way' }))]);
    return {
      title: versionName(version),
      subtitle: [`${version.kind === null ? 'Artifact' : lookOf(version.kind).title} · ${version.uri} @ ${version.version}`],
      content: [
        trustParts(card.trust),
        card.limit === undefined ? null : h('p', { class: 'banner', role: 'status' }, card.limit.how),
        facts(card),
        block('How it was made', null, card.madeBy.length === 0 ? nothing('Nobody is seen to have made it: it came from outside.') : null, ...[...card.madeBy, ...telling].map((step) => stepPart(step, card.nodes))),
        card.measuredBy.length === 0 ? null : block('How it was measured', card.measuredBy.length, ...card.measuredBy.map((step) => stepPart(step, card.nodes))),
        block('Data', card.origins.length + card.intermediate.length, data.element),
        others.length === 0 ? null : block('Other steps before that', others.length, stepTable(others)),
        block('Approvals and other messages', card.messages.length, card.messages.length === 0 ? nothing('No signal or update reached the runs in which it was made or used.') : messages(card)),
        block('What it was used for', null, uses(card)),
      ],
      sheet: data,
      json: card,
    };
  },
};

function isTelling({ metrics }: CardStep): boolean {
  return Object.keys(metrics).length > 0;
}

function facts({ version, alternates, origins, steps, madeBy }: Card): HTMLElement {
  const made = madeBy[0];
  const list: [string, Node | string][] = [
    ['SHA-256', version.sha256.length === 0 ? 'not known' : h('span', {}, ...version.sha256.map((digest) => h('code', {}, digest)))],
    ['Size', version.size === null ? 'not known' : bytes(version.size)],
    ['Recorded', when(version.recordedAt)],
    ['Made', made === undefined ? 'not seen' : when(made.startedAt)],
    ['Made from', `${counted(origins.length, 'raw version')}, by ${counted(steps.length + madeBy.length, 'step')}`],
  ];
  if (alternates.length > 0) list.push(['Same bytes', h('span', {}, ...alternates.map((other) => versionLink(other)))]);
  return h('dl', { class: 'facts' }, ...list.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function stepPart(step: CardStep, nodes: AnswerNode[]): HTMLElement {
  const [code, environment] = [step.code, step.environment].map((id) => nodes.find((node) => node.id === id));
  const link = (node: AnswerNode): HTMLElement => {
    const { title, subtitle } = nameOf(node);
    return linkTo({ view: null, subject: step.id, direction: 'upstream', selected: node.id }, {}, [title, subtitle].filter((part) => part !== '').join(' · '));
  };
  return h('article', { class: 'made' },
    h('header', { class: 'made-head' }, h('h3', {}, linkTo({ view: null, subject: step.id, direction: 'upstream', selected: step.id }, {}, step.type ?? 'Step')),
      step.run !== null && runLink(step.run), h('span', { class: 'quiet' }, when(step.startedAt), step.durationMs === null ? '' : `, ${duration(step.durationMs)}`)),
    h('dl', { class: 'facts' },
      ...(code === undefined ? [] : [h('dt', {}, 'Code'), h('dd', {}, link(code))]),
      ...(environment === undefined ? [] : [h('dt', {}, 'Environment'), h('dd', {}, link(environment))])),
    h('div', { class: 'named-values' }, named('Parameters', step.params), named('Metrics', step.metrics)),
  );
}

function named(title: string, values: { [name: string]: Json }): HTMLElement | null {
  const table = writtenTable(values);
  return table && h('div', {}, h('h4', {}, title), table);
}

function stepTable(steps: CardStep[]): HTMLElement {
  const shown = (values: { [name: string]: Json }): string => Object.entries(values).map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ');
  return sheet('Other steps before that', [
    { title: 'Step', text: ({ type }) => type, cell: ({ id, type }) => linkTo({ view: null, subject: id, direction: 'upstream', selected: id }, {}, type ?? 'Step') },
    { title: 'Run', text: ({ run }) => run?.workflowId ?? null, cell: ({ run }) => (run === null ? '–' : runLink(run)) },
    { title: 'Started', text: ({ startedAt }) => startedAt, cell: ({ startedAt }) => when(startedAt) },
    { title: 'Took', text: ({ durationMs }) => durationMs, cell: ({ durationMs }) => (durationMs === null ? '–' : duration(durationMs)), isNumber: true },
    { title: 'Parameters', text: ({ params }) => shown(params) || null },
    { title: 'Code', text: ({ code }) => code, cell: ({ code }) => h('span', { class: 'mono-text is-short', title: code ?? '' }, code === null ? '–' : shortDigest(code.split('/').at(-1)!)) },
  ] satisfies Column<CardStep>[], steps).element;
}

function messages({ messages: list }: Card): HTMLElement {
  return sheet('Messages', [
    { title: 'Message', text: ({ name }) => name, cell: ({ id, name }) => linkTo({ view: null, subject: id, direction: 'upstream', selected: id }, {}, name) },
    { title: 'Kind', text: ({ kind }) => kind },
    { title: 'Outcome', text: ({ outcome }) => outcome, cell: ({ outcome }) => (outcome === null ? '–' : statusMark(outcome)) },
    { title: 'Received', text: ({ at }) => at, cell: ({ at }) => when(at) },
    { title: 'Run', text: ({ run }) => run.workflowId, cell: ({ run }) => runLink(run) },
    { title: 'From', text: ({ from }) => from.join(' '), cell: ({ id, from }) => h('span', {}, ...from.map((who) =>
      linkTo({ view: null, subject: id, direction: 'upstream', selected: who }, { title: who }, who.startsWith('run/') ? 'another run' : (who.split('/')[1] ?? 'agent')))) },
  ] satisfies Column<Card['messages'][number]>[], list).element;
}

function uses({ version, uses: { byKind, versions, runs } }: Card): HTMLElement {
  const all = Object.values(byKind).reduce((sum, number) => sum + number, 0);
  if (runs === 0 && all === 0) return nothing('Nobody is seen to have used it.');
  return h('div', {},
    h('p', {}, `${counted(runs, 'run')} used it; they made ${Object.entries(byKind).map(([kind, number]) => `${count(number)} ${(number === 1 ? lookOf(kind).title : lookOf(kind).plural).toLowerCase()}`).join(', ') || 'nothing that is recorded as an artifact'}. `,
      linkTo({ view: 'impact', subject: version.id }, {}, 'All that came of it')),
    versions.length > 0 && sheet('Made with it', versionColumns<VersionSummary>(), versions).element,
    all > versions.length && nothing(`The first ${count(versions.length)} of ${count(all)} are listed.`),
  );
}
