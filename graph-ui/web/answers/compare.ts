// Runs in: browser. Two runs or two versions side by side: differences first, and where up the graph they part.
import type { Comparison, Parting, Sided } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { api } from '../base/api.ts';
import { h } from '../base/dom.ts';
import { count, counted, humanName, shortDigest } from '../base/format.ts';
import { lookOf } from '../base/kinds.ts';
import { go } from '../base/location.ts';
import { lastPart } from '../lineage/naming.ts';
import { valueElement } from '../panel/property-table.ts';
import { writtenElement } from '../panel/written.ts';
import type { AnswerPage } from './answer.ts';
import { candidates } from './candidates.ts';
import { block, linkTo, nothing, trustParts } from './parts.ts';
import { subjectOf } from './subject.ts';
import { type Column, sheet } from './table.ts';

interface Row {
  what: string;
  name: string;
  from: string;
  to: string;
}

const CELL: Column<Row>[] = [
  { title: 'What', text: ({ what }) => what },
  { title: 'Name', text: ({ name }) => name },
  { title: 'First', text: ({ from }) => from },
  { title: 'Second', text: ({ to }) => to },
];

export const comparePage: AnswerPage = {
  name: 'Compare',
  async show({ subject, other }, _settings, signal) {
    if (subject === null || other === null) return chooseOther(subject ?? other, signal);
    const answer = await api.compare(subject, other, signal);
    const [first, second] = [subjectOf(answer.from), subjectOf(answer.to)];
    const rows = rowsOf(answer);
    const list = sheet('All differences', CELL, rows);
    const places = answer.partings.reduce((sum, parting) => sum + parting.places, 0);
    const side = (name: string, id: string, { title, subtitle }: typeof first): HTMLElement =>
      h('div', { class: 'side' }, h('p', { class: 'quiet' }, name), h('p', { class: 'side-title' }, linkTo({ view: null, subject: id, direction: 'upstream', selected: id }, {}, title)), h('p', { class: 'quiet is-uri' }, subtitle));
    return {
      title: [first, second].map(({ title, version }) => [title, version].filter((part) => part !== '').join(' ')).join(' and '),
      subtitle: [places === 0 ? 'Nothing differs.' : `They part at ${counted(places, 'place')}.`],
      content: [
        h('div', { class: 'sides' }, side('First', answer.diff.from, first), side('Second', answer.diff.to, second),
          h('button', { class: 'button no-print', type: 'button', on: { click: () => go({ view: 'compare', subject: other, other: subject }) } }, 'Swap')),
        answer.limit === undefined ? null : h('p', { class: 'banner', role: 'status' }, answer.limit.how),
        block('Where they part', places, ...(places === 0 ? [nothing('Nowhere: all that they are made of is the same.')] : partingLists(answer.partings))),
        inputsBlock(answer),
        sidedBlock('Parameters', answer.parameters),
        sidedBlock('Metrics', answer.metrics),
        ...answer.diff.parts.filter(({ same }) => !same).map((part) => block(lookOf(part.label).title, null, part.compared
          ? twoSides(part.label, part.differences.map(({ property, key, from, to }) => ({ name: key ?? property, ...(key === undefined && { property }), title: key === undefined ? humanName(property) : `${humanName(property)}: ${key}`, ...(from !== undefined && { from }), ...(to !== undefined && { to }) })))
          : nothing(`Several on a side: ${part.from.length} and ${part.to.length}.`))),
        stepsBlock(answer),
        h('details', { class: 'day-table' }, h('summary', {}, `All ${counted(rows.length, 'difference')} as one table`), list.element),
        h('div', { class: 'two-trusts' }, h('h2', {}, 'What it rests on'), h('p', { class: 'quiet' }, 'First'), trustParts(answer.trust.from), h('p', { class: 'quiet' }, 'Second'), trustParts(answer.trust.to)),
      ],
      sheet: list,
      json: answer,
    };
  },
};

async function chooseOther(known: string | null, signal: AbortSignal): ReturnType<AnswerPage['show']> {
  if (known === null) return { title: 'Compare', subtitle: ['Open a run or a version first, and choose “Compare with…” there.'], content: [], json: null };
  // It may be asked about by its URI and version.
  const { roots } = await api.trace(known, 'upstream', 1, signal);
  const { node } = await api.node(roots[0]!, signal);
  const about = subjectOf(node);
  const input = h('input', { id: 'compare-with', type: 'text', class: 'field', autocomplete: 'off', spellcheck: false, placeholder: 'An id, or URI@VERSION' });
  const form = h('form', { class: 'choose-other' }, h('label', { for: 'compare-with' }, 'Compare it with'), input, h('button', { class: 'button', type: 'submit' }, 'Compare'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim() !== '') go({ view: 'compare', subject: known, other: input.value.trim() });
  });
  const others = await candidates(node, signal);
  return {
    title: `Compare ${about.title} with…`, subtitle: [about.subtitle],
    content: [form, others.length === 0 ? null : block('Likely ones', others.length, h('ul', { class: 'choices' }, ...others.map(({ id, title, note }) =>
      h('li', {}, linkTo({ view: 'compare', subject: known, other: id }, {}, title), h('span', { class: 'quiet' }, ` ${note}`)))))],
    json: null,
  };
}

/** So many places are shown before the rest has to be asked for. */
const FEW = 50;

function partingLists(partings: Parting[]): (HTMLElement | false)[] {
  const list = (some: Parting[]): HTMLElement => h('ul', { class: 'partings' }, ...some.map(partingItem));
  const rest = partings.slice(FEW);
  if (rest.length === 0) return [list(partings)];
  const more = h('details', {}, h('summary', {}, counted(rest.length, 'more')));
  more.addEventListener('toggle', () => more.append(list(rest)), { once: true });
  return [list(partings.slice(0, FEW)), more];
}

function partingItem({ label, name, from, to, why, places }: Parting): HTMLElement {
  const side = (id: string | null): HTMLElement | string => (id === null ? 'nothing' : linkTo({ view: null, subject: id, direction: 'upstream', selected: id }, { title: id }, label === 'ArtifactVersion' ? shortDigest(lastPart(id).replace(/^.*@/, '')) : `this ${lookOf(label).title.toLowerCase()}`));
  const words = why.includes('only one side has it') ? `only the ${from === null ? 'second' : 'first'} has it` : why.includes('nothing that is recorded') ? 'what came into it is the same, and nothing that is recorded tells why' : `what came into it is the same; what differs: ${why.join(', ')}`;
  return h('li', { class: 'parting' }, h('strong', {}, label === 'ArtifactVersion' ? lastPart(name) : name), h('span', { class: 'quiet' }, ` ${lookOf(label).title.toLowerCase()}${places === 1 ? '' : `, at ${count(places)} places, of which this is the first`}`),
    h('p', {}, why.includes('content') ? 'other content, from outside' : words), h('p', { class: 'quiet' }, 'First: ', side(from), ' · Second: ', side(to)));
}

function inputsBlock({ inputs }: Comparison): HTMLElement | null {
  if (inputs.length === 0) return null;
  const different = inputs.filter(({ same }) => !same);
  const shared = inputs.length - different.length;
  return block('Data from outside', inputs.length,
    different.length > 0 && twoSides('Data from outside', different.map(({ uri, from, to }) => ({ name: uri, ...(from.length > 0 && { from: from.join(', ') }), ...(to.length > 0 && { to: to.join(', ') }) }))),
    shared > 0 && h('details', {}, h('summary', {}, `${counted(shared, 'version')} the same on both sides`), h('ul', { class: 'plain-list' }, ...inputs.filter(({ same }) => same).map(({ uri, from }) => h('li', { class: 'mono-text is-uri' }, `${uri} @ ${from.join(', ')}`)))));
}

function sidedBlock(title: string, list: Sided[]): HTMLElement {
  return block(title, list.length, list.length === 0 ? nothing('The same on both sides.') : twoSides(title, list.map((each) => ({ ...each, title: each.step === undefined ? each.name : `${each.name} in ${each.step}` }))));
}

function stepsBlock({ steps }: Comparison): HTMLElement {
  const different = steps.filter(({ from, to }) => from !== to);
  return block('Steps', different.length, different.length === 0 ? nothing('As many of each type on both sides.') : twoSides('Steps', different));
}

/** `property` where it is one of ours, not something that users named. */
interface Told extends Sided {
  title?: string;
  property?: string;
}

/** Names, and what each side has. */
function twoSides(caption: string, list: Told[]): HTMLElement {
  return sheet(caption, [
    { title: 'Name', text: ({ name }) => name, cell: ({ name, title }) => h('span', { class: 'is-uri' }, title ?? name) },
    { title: 'First', text: ({ from }) => textOf(from), cell: ({ property, from }) => (from === undefined ? '–' : h('span', { class: 'is-from' }, valueOf(property, from))) },
    { title: 'Second', text: ({ to }) => textOf(to), cell: ({ property, to }) => (to === undefined ? '–' : h('span', { class: 'is-to' }, valueOf(property, to))) },
  ] satisfies Column<Told>[], list).element;
}

function valueOf(property: string | undefined, value: Json): HTMLElement | string {
  return property === undefined ? writtenElement(value) : valueElement(property, value);
}

function rowsOf({ inputs, parameters, metrics, steps, diff, partings }: Comparison): Row[] {
  const sided = (what: string, list: Sided[]): Row[] => list.map(({ name, step, from, to }) => ({ what, name: step === undefined ? name : `${step}.${name}`, from: textOf(from), to: textOf(to) }));
  return [
    ...partings.map(({ name, from, to, why, places }) => ({ what: `parting (${why.join(', ')})${places === 1 ? '' : ` at ${places} places, of which the first is`}`, name, from: from ?? '', to: to ?? '' })),
    ...inputs.filter(({ same }) => !same).map(({ uri, from, to }) => ({ what: 'data', name: uri, from: from.join(' '), to: to.join(' ') })),
    ...sided('parameter', parameters), ...sided('metric', metrics),
    ...diff.parts.flatMap(({ label, differences }) => differences.map(({ property, key, from, to }) => ({ what: label, name: key === undefined ? property : `${property}.${key}`, from: textOf(from), to: textOf(to) }))),
    ...steps.filter(({ from, to }) => from !== to).map(({ name, from, to }) => ({ what: 'steps', name, from: String(from), to: String(to) })),
  ];
}

function textOf(value: Sided['from']): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
