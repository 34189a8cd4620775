// Runs in: browser. One trace on the screen: asked for, folded, drawn, outlined, and kept in step with the URL.
import type { Trace } from '../../../plugin/graph/answers.ts';
import { announce } from '../base/announce.ts';
import { api, type Settings } from '../base/api.ts';
import { byId } from '../base/dom.ts';
import { counted } from '../base/format.ts';
import { currentState, go, type State } from '../base/location.ts';
import { Drawing } from '../graph/drawing.ts';
import { wakeElk } from '../graph/elk.ts';
import { joinTraces } from '../lineage/around.ts';
import { nameOf } from '../lineage/naming.ts';
import { MOST_OPENED, type Opened } from '../lineage/opened.ts';
import type { Side } from '../lineage/reveal.ts';
import { pathBetween, pictureOf, type Picture } from '../lineage/picture.ts';
import { TraceIndex } from '../lineage/trace-index.ts';
import { Outline } from '../outline/outline.ts';
import { visited } from '../search/kept.ts';
import { showToolbar } from '../toolbar/toolbar.ts';
import { PanelHost } from './panel-host.ts';
import { hideMessage, showEmpty, showLimit, showLoading, showPath, showProblem } from './stage-message.ts';

export class TraceView {
  readonly drawing = new Drawing({
    select: (id) => go({ selected: id }),
    choosePath: (id) => this.choosePath(id),
    toggleSide: (id, side) => this.toggleSide(side, id),
    toggleGroup: (id) => this.toggleGroup(id),
  });
  readonly #outline = new Outline(byId('outline-tree'), {
    select: (id) => go({ selected: id }),
    toggleSide: (id, side) => this.toggleSide(side, id),
    focus: (id) => this.drawing.light(id),
  });
  readonly #panel: PanelHost;
  #trace: Trace | null = null;
  #index: TraceIndex | null = null;
  #picture: Picture | null = null;
  #isTrustOpen = false;
  #asked = new AbortController();

  constructor(settings: Settings) {
    this.#panel = new PanelHost(settings, (id) => this.drawing.centre(this.#drawnAs(id) ?? id));
  }

  /** Brings the screen to what the URL says, doing no more than has changed. */
  update(state: State, before: State | null): void {
    const isNewTrace =
      before === null || state.subject !== before.subject || state.direction !== before.direction || state.around !== before.around || state.limit !== before.limit || state.asOf !== before.asOf;
    if (isNewTrace) {
      void this.#load(state);
      return;
    }
    if (WAYS.some((way) => state[way] !== before[way])) void this.#show(state, this.#anchor(state));
    else if (state.open !== before.open) void this.#show(state, 'nothing moves');
    this.#select(state);
  }

  /** Ends what is under way, when another page is shown. */
  leave(): void {
    this.#asked.abort();
    this.#trace = null;
    this.drawing.clear();
    this.#outline.clear();
  }

  async #load(state: State): Promise<void> {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    this.#trace = this.#index = this.#picture = null;
    this.#isTrustOpen = false;
    this.drawing.clear();
    this.#outline.clear();
    showLoading();
    this.#select(state);
    wakeElk();
    try {
      const ask = (direction: State['direction']): Promise<Trace> => api.trace(state.subject!, direction, state.limit, signal);
      const trace = state.around ? joinTraces(await ask('upstream'), await ask('downstream')) : await ask(state.direction);
      if (signal.aborted) return;
      this.#trace = trace;
      this.#index = new TraceIndex(trace);
      const first = this.#index.node(trace.roots[0] ?? '');
      const title = first === undefined ? state.subject! : nameOf(first, this.#index).title;
      document.title = `${title} · temporal-provenance`;
      byId('trace-title').textContent = `Lineage of ${title}`;
      if (first !== undefined) visited(first);
      await this.#show(readNow(state), null);
      announce(`${counted(trace.nodes.length, 'node')} ${state.around ? 'upstream and downstream' : state.direction}`);
    } catch (error) {
      if (signal.aborted) return;
      showProblem(error, () => void this.#load(state), (subject) => go({ subject }));
    }
  }

  /** @param keep the node that stays where it is while the rest is arranged anew */
  async #show(state: State, keep: string | null | 'nothing moves'): Promise<void> {
    const trace = this.#trace;
    const index = this.#index;
    if (trace === null || index === null) return;
    const picture = pictureOf(trace, index, state);
    const { view, single, reveal, path } = picture;
    this.#picture = picture;
    this.#outline.show(view, index, trace.direction, path === null ? reveal : null, state.around);
    this.#select(state);
    const isPath = path !== null && path.nodes.size > 0;
    const drawn = { view, single, reveal: isPath ? null : reveal, index, trust: trace.trust, across: state.around ? 0.5 : trace.direction === 'upstream' ? 0.85 : 0.15 };
    await (keep === 'nothing moves' ? this.drawing.redraw(drawn) : this.drawing.draw(drawn, keep));
    if (this.#picture !== picture) return;
    if (view.nodes.length === 0) showEmpty();
    else if (path !== null) showPath(path, index, () => go({ path: '' }));
    else if (trace.truncated) showLimit(trace, (limit) => go({ limit }));
    else hideMessage();
  }

  /** Arranges all that is drawn anew: after much was opened and closed, that is tidier. */
  arrange(): void {
    void this.#show(currentState(), this.#anchor(currentState()));
  }

  focusOutline(): void {
    this.#outline.focus();
  }

  centre(): void {
    const id = this.#node();
    const drawnAs = id === null ? null : this.#drawnAs(id);
    if (drawnAs !== null) this.drawing.centre(drawnAs);
  }

  /** Draws more of a node's neighbours, or fewer again. Without an id it is about the outline's node, else the selected. */
  toggleSide(side: Side, id = this.#node()): void {
    const reveal = this.#picture?.reveal;
    if (id === null || reveal === undefined) return;
    const unit = this.#picture?.view.nodes.find(({ inside }) => inside.some((member) => member.id === id))?.id ?? id;
    const opened = reveal.toggled(unit, side);
    if (opened === null) announce(side === 'earlier' ? 'All that it came from is drawn.' : 'All that came of it is drawn.');
    else this.#open(opened);
  }

  /** The paths from what is selected, or was asked for, to this one. */
  choosePath(id = this.#node()): void {
    const selected = currentState().selected;
    const other = selected === null || selected === id ? this.#trace?.roots[0] : selected;
    if (id === null || other === undefined || other === id) announce('Select one thing first, then choose another for the paths between them.');
    else go({ path: pathBetween(other, id) });
  }

  /** Opens or closes look-alikes, or a run: the one of this id, or that the node of this id is in. */
  toggleGroup(id = this.#node()): void {
    const picture = this.#picture;
    if (picture === null || id === null) return;
    const { nodes, frames } = picture.view;
    const bundle = nodes.find((node) => node.members.length > 0 && (node.id === id || node.inside.some((member) => member.id === id)));
    const run = frames.find((frame) => frame.node.id === id || frame.ids.includes(id))?.node ?? [...nodes, ...nodes.flatMap(({ inside }) => inside)].find((node) => node.id === id && node.steps > 0);
    if (run !== undefined && bundle?.id !== id) this.#open(picture.toggledRun(run.id));
    else if (bundle !== undefined) this.#open(picture.toggledBundle(bundle.id));
  }

  /** What keys are about. */
  #node(): string | null {
    return this.#outline.focused ?? currentState().selected ?? this.#trace?.roots[0] ?? null;
  }

  #open(opened: Opened | null): void {
    if (opened === null) return;
    if (opened.isFull) announce(`A link holds ${MOST_OPENED} things that were opened or closed by hand. Draw all instead.`);
    else go({ open: opened.text });
  }

  #select(state: State): void {
    this.#isTrustOpen = false;
    const drawnAs = state.selected === null ? null : this.#drawnAs(state.selected);
    this.drawing.select(drawnAs);
    this.#outline.select(drawnAs);
    this.#showPanel(state);
  }

  #showPanel(state: State): void {
    const setTrust = (isOpen: boolean) => () => {
      this.#isTrustOpen = isOpen;
      this.#showPanel(state);
    };
    this.#panel.show(
      { selected: state.selected, trace: this.#trace, index: this.#index, view: this.#picture?.view ?? null, isTrustOpen: this.#isTrustOpen },
      { closeTrust: setTrust(false), toggleBundle: (id) => this.toggleGroup(id) },
    );
    showToolbar(byId('toolbar'), {
      state,
      trace: this.#trace,
      picture: this.#picture,
      isTrustOpen: this.#isTrustOpen,
      toggleTrust: setTrust(!this.#isTrustOpen),
    });
    byId('trace').classList.toggle('has-selection', state.selected !== null || this.#isTrustOpen);
  }

  /** The drawn node that stands for a node; null when none does. */
  #drawnAs(id: string): string | null {
    const view = this.#picture?.view;
    if (view === undefined) return null;
    const holder = view.holders.get(id) ?? id;
    return view.frames.some(({ node }) => node.id === holder) || view.nodes.some((node) => node.id === holder || node.inside.some((member) => member.id === holder)) ? holder : null;
  }

  /** What stays in its place while the drawing changes. */
  #anchor(state: State): string | null {
    const selected = state.selected === null ? null : this.#drawnAs(state.selected);
    return selected ?? this.#picture?.view.nodes.find(({ root }) => root)?.id ?? null;
  }
}

/** What changes the drawing as a whole. */
const WAYS = ['values', 'attempts', 'each', 'runs', 'all', 'path'] as const;

/** While the trace was asked for, something may have been selected or switched. */
function readNow(asked: State): State {
  return { ...asked, ...(currentState().subject === asked.subject ? currentState() : {}) };
}
