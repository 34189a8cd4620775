// Runs in: browser. What several answers have in common: links to things and to other answers, times, trust.
import type { RunSummary, Trust, VersionSummary } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { bytes, localTime, shortDigest } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { glyph } from '../base/kinds.ts';
import { go, type State, urlOf } from '../base/location.ts';
import { lastPart } from '../lineage/naming.ts';
import { SEAL } from '../panel/certificate.ts';
import { trustLine } from '../panel/trust.ts';
import type { Column } from './table.ts';

type Inside = (Node | string | null | false)[];

/** A link within the page that can also be opened in a tab of its own. */
export function linkTo(change: Partial<State>, properties: { class?: string; [attribute: string]: unknown }, ...inside: Inside): HTMLElement {
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(change);
  };
  return h('a', { href: urlOf(change), class: 'link', on: { click: follow }, ...properties }, ...inside);
}

export function versionName({ name, uri, id }: Pick<VersionSummary, 'name' | 'uri' | 'id'>): string {
  return name ?? (uri === '' ? shortDigest(lastPart(id)) : lastPart(uri));
}

/** Leads to its trace. */
export function versionLink(version: VersionSummary): HTMLElement {
  return h('span', { class: 'version-link' },
    glyph(version.kind ?? 'ArtifactVersion'),
    h('span', { class: 'version-link-text' },
      h('span', { class: 'version-link-line' },
        linkTo({ view: null, subject: version.id, direction: 'upstream', selected: version.id }, { title: version.uri }, versionName(version)),
        version.withdrawnAt !== undefined && h('span', { class: 'status is-bad', title: version.withdrawnAt }, 'withdrawn'))),
  );
}

function pipelineLink({ id, workflowType }: RunSummary): HTMLElement {
  return linkTo({ view: null, subject: id, direction: 'upstream', selected: id }, {}, workflowType ?? 'Run');
}

export function runLink(run: RunSummary): HTMLElement {
  return h('span', { class: 'run-link' }, pipelineLink(run), h('span', { class: 'quiet mono-text' }, run.workflowId));
}

export function statusMark(status: string): HTMLElement {
  return h('span', { class: /fail|time|terminat/i.test(status) ? 'status is-bad' : status === 'completed' ? 'status' : 'status is-quiet' }, status);
}

export function sealMark({ seal }: RunSummary): HTMLElement {
  return h('span', { class: seal === 'failed' ? 'status is-bad' : seal === 'sealed' ? 'status' : 'status is-quiet', title: SEAL[seal][1] }, SEAL[seal][0]);
}

export function when(time: string | null): HTMLElement | string {
  return time === null || time === '' ? '–' : h('time', { datetime: time, title: time }, localTime(time) ?? time);
}

/** What is told of a version in a table, whole in a file. */
export function versionColumns<Row extends VersionSummary>(): Column<Row>[] {
  return [
    { title: 'Name', text: versionName, cell: (version) => versionLink(version) },
    { title: 'Kind', text: ({ kind }) => kind },
    { title: 'URI', text: ({ uri }) => uri, cell: ({ uri }) => h('span', { class: 'uri-end', title: uri }, h('bdi', {}, uri)) },
    { title: 'Version', text: ({ version }) => version, cell: ({ version }) => h('span', { class: 'mono-text is-short', title: version }, shortDigest(version)) },
    { title: 'SHA-256', text: ({ sha256 }) => sha256.join(' '), cell: ({ sha256 }) => h('span', { class: 'mono-text is-short', title: sha256.join(' ') }, sha256.map(shortDigest).join(', ') || '–') },
    { title: 'Size', text: ({ size }) => size, cell: ({ size }) => (size === null ? '–' : bytes(size)), isNumber: true },
    { title: 'Recorded', text: ({ recordedAt }) => recordedAt, cell: ({ recordedAt }) => when(recordedAt) },
    { title: 'Withdrawn', text: ({ withdrawnAt }) => withdrawnAt ?? null, inFile: true },
  ];
}

export function runColumns<Row extends RunSummary>(): Column<Row>[] {
  return [
    { title: 'Pipeline', text: ({ workflowType }) => workflowType, cell: pipelineLink },
    { title: 'Workflow id', text: ({ workflowId }) => workflowId, cell: ({ workflowId }) => h('span', { class: 'mono-text' }, workflowId) },
    { title: 'Run id', text: ({ runId }) => runId, cell: ({ runId }) => h('span', { class: 'mono-text is-short', title: runId }, runId.slice(0, 8)) },
    { title: 'Status', text: ({ status }) => status, cell: ({ status }) => statusMark(status) },
    { title: 'Started', text: ({ startedAt }) => startedAt, cell: ({ startedAt }) => when(startedAt) },
    { title: 'Record', text: ({ seal }) => seal, cell: sealMark },
  ];
}

/** What the answer rests on, in a line; what was withdrawn in lines of its own. */
export function trustParts(trust: Trust): HTMLElement {
  const { text, isGood } = trustLine({ trust });
  return h('div', { class: 'answer-trust' },
    h('p', { class: isGood ? 'trust is-good' : 'trust' }, icon('shield'), `Rests on ${text}`),
    ...trust.withdrawn.map(({ version, at, reason }) => h('p', { class: 'trust is-withdrawn' }, icon('warning'),
      h('span', {}, 'Withdrawn: ', linkTo({ view: null, subject: version, direction: 'downstream', selected: version }, {}, lastPart(version)), ' ', when(at), reason === null ? '' : ` – ${reason}`))),
  );
}

/** A titled part of an answer. */
export function block(title: string, tally: number | null, ...inside: Inside): HTMLElement {
  return h('section', { class: 'answer-block' },
    h('h2', {}, title, tally !== null && h('span', { class: 'tally' }, String(tally))), ...inside);
}

export function nothing(text: string): HTMLElement {
  return h('p', { class: 'quiet' }, text);
}
