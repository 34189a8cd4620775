// Runs in: browser. One trace on the screen: asked for, folded, drawn, outlined, and kept in step with the URL.
import type { Trace } from '../../../plugin/graph/answers.ts';
import { announce } from '../base/announce.ts';
import { api, type Settings } from '../base/api.ts';
import { byId } from '../base/dom.ts';
import { counted } from '../base/format.ts';
import { currentState, go, type State } from '../base/location.ts';
import { Drawing } from '../graph/drawing.ts';
import { bundle } from '../lineage/bundle.ts';
import { fold } from '../lineage/fold.ts';
import { nameOf } from '../lineage/naming.ts';
import { thin } from '../lineage/thin.ts';
import { TraceIndex } from '../lineage/trace-index.ts';
import type { View } from '../lineage/view.ts';
import { Outline } from '../outline/outline.ts';
import { showToolbar } from '../toolbar/toolbar.ts';
import { PanelHost } from './panel-host.ts';
import { hideMessage, showEmpty, showLimit, showLoading, showProblem } from './stage-message.ts';

export class TraceView {
  readonly drawing = new Drawing((id) => go({ selected: id }));
  readonly #outline = new Outline(byId('outline-tree'), (id) => go({ selected: id }));
  readonly #panel: PanelHost;
  #trace: Trace | null = null;
  #index: TraceIndex | null = null;
  #view: View | null = null;
  #alike = 0;
  #isTrustOpen = false;
  #asked = new AbortController();

  constructor(settings: Settings) {
    this.#panel = new PanelHost(settings, (id) => this.drawing.centre(this.#drawnAs(id) ?? id));
  }

  /** Brings the screen to what the URL says, doing no more than has changed. */
  update(state: State, before: State | null): void {
    const isNewTrace =
      before === null || state.subject !== before.subject || state.direction !== before.direction || state.limit !== before.limit;
    if (isNewTrace) {
      void this.#load(state);
      return;
    }
    if (state.values !== before.values || state.attempts !== before.attempts || state.each !== before.each) {
      void this.#show(state, this.#anchor(state));
    }
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
    this.#trace = this.#index = this.#view = null;
    this.#isTrustOpen = false;
    this.drawing.clear();
    this.#outline.clear();
    showLoading();
    this.#select(state);
    try {
      const trace = await api.trace(state.subject!, state.direction, state.limit, signal);
      if (signal.aborted) return;
      this.#trace = trace;
      this.#index = new TraceIndex(trace);
      const first = this.#index.node(trace.roots[0] ?? '');
      document.title = `${first === undefined ? state.subject : nameOf(first, this.#index).title} · temporal-provenance`;
      await this.#show(readNow(state), null);
      announce(`${counted(trace.nodes.length, 'node')} ${state.direction}`);
    } catch (error) {
      if (signal.aborted) return;
      showProblem(error, () => void this.#load(state), (subject) => go({ subject }));
    }
  }

  async #show(state: State, keep: string | null): Promise<void> {
    const trace = this.#trace;
    const index = this.#index;
    if (trace === null || index === null) return;
    const folded = state.values ? fold(trace, state) : thin(fold(trace, state));
    const bundled = bundle(folded);
    this.#alike = bundled.folded.bundled;
    const view = state.each ? folded : bundled;
    this.#view = view;
    this.#outline.show(view, index, trace.direction);
    this.#select(state);
    await this.drawing.draw({ view, index, trust: trace.trust, direction: trace.direction }, keep);
    if (this.#view !== view) return;
    if (view.nodes.length === 0) showEmpty();
    else if (trace.truncated) showLimit(trace, (limit) => go({ limit }));
    else hideMessage();
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
      { selected: state.selected, trace: this.#trace, index: this.#index, view: this.#view, isTrustOpen: this.#isTrustOpen },
      setTrust(false),
    );
    showToolbar(byId('toolbar'), {
      state,
      trace: this.#trace,
      view: this.#view,
      alike: this.#alike,
      isTrustOpen: this.#isTrustOpen,
      toggleTrust: setTrust(!this.#isTrustOpen),
    });
    byId('trace').classList.toggle('has-selection', state.selected !== null || this.#isTrustOpen);
  }

  /** The drawn node that stands for a node; null when none does. */
  #drawnAs(id: string): string | null {
    if (this.#view === null) return null;
    const holder = this.#view.holders.get(id) ?? id;
    return this.#view.nodes.some((node) => node.id === holder) ? holder : null;
  }

  /** What stays in its place while the drawing changes. */
  #anchor(state: State): string | null {
    const selected = state.selected === null ? null : this.#drawnAs(state.selected);
    return selected ?? this.#view?.nodes.find(({ root }) => root)?.id ?? null;
  }
}

/** While the trace was asked for, something may have been selected or switched. */
function readNow(asked: State): State {
  return { ...asked, ...(currentState().subject === asked.subject ? currentState() : {}) };
}
