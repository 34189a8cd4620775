// Runs in: browser. A node as it is drawn: its kind's shape, title, subtitle and what is worth a warning.
import type { Trust } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { counted } from '../base/format.ts';
import { glyph, kindOf, lookOf } from '../base/kinds.ts';
import { icon, type IconName } from '../base/icons.ts';
import { attemptFailed, isA } from '../lineage/fold.ts';
import { nameOfView } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { ViewNode } from '../lineage/view.ts';
import { gridOf, type Grid } from './grid.ts';
import { markElements, marksOf } from './marks.ts';
import type { Size } from './positions.ts';

const HEIGHT = 48;
const NARROWEST = 116;
const WIDEST = 232;
/** The shape, the paddings and the gap. */
const BESIDE_TEXT = 58;
const BADGE = 50;

let pen: CanvasRenderingContext2D | null = null;

function measure(font: string, text: string): number {
  pen ??= document.createElement('canvas').getContext('2d');
  if (pen === null) return text.length * 7;
  pen.font = `${font} ${fontFamily()}`;
  return pen.measureText(text).width;
}

let family = '';

/** Asked for once: thousands of cards would else ask the style sheet thousands of times. */
function fontFamily(): string {
  family ||= getComputedStyle(document.body).fontFamily;
  return family;
}

/** How large the card of a node is, so that its text fits if it can, or what is inside of it. */
export function cardSize(node: ViewNode, index: TraceIndex): Size {
  return node.inside.length > 0 ? insideOf(node, index).size : textSize(node, index);
}

/** How the members of open look-alikes are arranged: all of them in boxes of one size. */
export function insideOf({ inside }: ViewNode, index: TraceIndex): Grid & { cell: Size } {
  const width = inside.reduce((widest, node) => Math.max(widest, textSize(node, index).width), 0);
  const cell = { width, height: HEIGHT };
  return { ...gridOf(inside.length, cell), cell };
}

function textSize(node: ViewNode, index: TraceIndex): Size {
  const { title, subtitle } = nameOfView(node, index);
  const text = Math.max(measure('600 13px', title), measure('400 11.5px', subtitle));
  const badges = showsAttempts(node) || node.members.length + node.steps > 0 ? BADGE : 0;
  return { width: Math.round(Math.min(WIDEST, Math.max(NARROWEST, text + BESIDE_TEXT + badges + 4))), height: HEIGHT };
}

/** What can be done on a card itself, by the pointer; by the keyboard it is done in the outline. */
export interface CardActions {
  handles: (id: string) => HTMLElement[];
  /** Opens or closes look-alikes, or a run. */
  toggleGroup: (id: string) => void;
}

export function makeCard(node: ViewNode, index: TraceIndex, trust: Trust, actions: CardActions): HTMLElement {
  if (node.inside.length > 0) return makeFrame(node, index, actions, 'Draw them as one');
  const kind = kindOf(node.node);
  const { title, subtitle } = nameOfView(node, index);
  const marks = marksOf(node, trust, index);
  const classes = ['card', `kind-${lookOf(kind).name}`];
  if (node.root) classes.push('is-root');
  if (marks.isWithdrawn) classes.push('is-withdrawn');
  if (node.members.length > 0) classes.push('is-bundle');
  if (isA(node.node, 'Attempt') && attemptFailed(node.node)) classes.push('is-failed');
  const card = h(
    'div',
    { class: classes.join(' '), 'data-id': node.id },
    glyph(kind),
    h('div', { class: 'card-text' }, h('div', { class: 'card-title' }, ...breakable(title)), h('div', { class: 'card-subtitle' }, subtitle)),
    showsAttempts(node) && attemptBadge(node),
    node.members.length > 0 && groupButton(node, actions, 'Draw each of them', 'plus'),
    node.steps > 0 && groupButton(node, actions, 'Draw its steps', 'plus'),
    ...markElements(marks),
    ...actions.handles(node.id),
  );
  // From afar a title is written as large as its longest part allows.
  const longest = Math.max(...parts(title).map((part) => measure('600 13px', part)));
  card.style.setProperty('--largest-title', `${((textSize(node, index).width - 54) / longest) * 13}px`);
  return card;
}

/** Around the members of open look-alikes, and around what is in an open run. */
export function makeFrame(node: ViewNode, index: TraceIndex, actions: CardActions, closing: string): HTMLElement {
  const { title, subtitle } = nameOfView(node, index);
  return h(
    'div',
    { class: `card-group kind-${lookOf(kindOf(node.node)).name}`, 'data-id': node.id },
    h('div', { class: 'card-group-head' },
      h('span', { class: 'card-title' }, title), h('span', { class: 'card-subtitle' }, subtitle),
      groupButton(node, actions, closing, 'minus')),
    ...actions.handles(node.id),
  );
}

function groupButton({ id }: ViewNode, { toggleGroup }: CardActions, label: string, name: IconName): HTMLElement {
  return h('span', { class: 'card-button', title: label, on: { click: () => toggleGroup(id) } }, icon(name));
}

/** A title's parts, between which a line may end. */
function parts(title: string): string[] {
  return title.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[\s_/-])|(?=\.)/);
}

function breakable(title: string): (Node | string)[] {
  return parts(title).flatMap((part, index) => (index === 0 ? [part] : [document.createElement('wbr'), part]));
}

/** A step that ran once and well needs no word about it. */
function showsAttempts({ attempts, tries, members }: ViewNode): boolean {
  return members.length === 0 && (tries > 1 || attempts.some(attemptFailed));
}

function attemptBadge({ attempts, tries }: ViewNode): HTMLElement {
  // Who was tried again had failed, or was run anew after a reset.
  const failed = attempts.some(attemptFailed);
  return h('span', { class: failed ? 'card-attempts has-failed' : 'card-attempts', title: counted(tries, 'attempt') }, failed && h('span', { class: 'dot' }), `×${tries}`);
}
