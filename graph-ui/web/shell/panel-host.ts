// Runs in: browser. Fills the side panel: the selected node, the trust details, or the trace as a whole.
import type { Trace } from '../../../plugin/graph/answers.ts';
import { api, ProblemError, type Settings } from '../base/api.ts';
import { announce } from '../base/announce.ts';
import { byId, fill, h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';
import { go } from '../base/location.ts';
import { nameOf } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { View } from '../lineage/view.ts';
import { nodePanel } from '../panel/node-panel.ts';
import { bundlePanel, summaryPanel } from '../panel/summary.ts';
import { trustDetails } from '../panel/trust.ts';

export interface PanelContent {
  selected: string | null;
  trace: Trace | null;
  index: TraceIndex | null;
  view: View | null;
  isTrustOpen: boolean;
}

interface PanelActions {
  closeTrust: () => void;
  toggleBundle: (id: string) => void;
}

export class PanelHost {
  readonly #panel = byId('panel');
  readonly #settings: Settings;
  readonly #centre: (id: string) => void;
  #asked = new AbortController();
  #isScrolled = false;

  constructor(settings: Settings, centre: (id: string) => void) {
    this.#settings = settings;
    this.#centre = centre;
    this.#panel.addEventListener('scroll', () => (this.#isScrolled = true), { passive: true });
  }

  show(content: PanelContent, { closeTrust, toggleBundle }: PanelActions): void {
    this.#asked.abort();
    // To say where it is costs a layout of the whole page.
    if (this.#isScrolled) this.#panel.scrollTop = 0;
    this.#isScrolled = false;
    const { selected, trace, index, view } = content;
    const select = (id: string | null): void => go({ selected: id });
    if (content.isTrustOpen && trace !== null && index !== null) {
      const close = h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close', on: { click: closeTrust } }, icon('close'));
      const heading = h('div', { class: 'panel-heading' }, h('div', { class: 'panel-kind' }, 'Trust', close), h('div', { class: 'panel-title' }, h('h2', {}, 'How far this answer can be trusted')));
      fill(this.#panel, heading, ...trustDetails(trace, index, select));
      return;
    }
    const bundle = view?.nodes.find(({ id, members }) => id === selected && members.length > 0);
    if (bundle !== undefined && index !== null) {
      fill(this.#panel, ...bundlePanel(bundle, index, select, () => toggleBundle(bundle.id)));
      return;
    }
    if (selected !== null) void this.#showNode(selected, content);
    else if (trace !== null && index !== null) fill(this.#panel, ...summaryPanel(trace, index, select));
    else fill(this.#panel);
  }

  async #showNode(id: string, { index, view }: PanelContent): Promise<void> {
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    fill(this.#panel, h('p', { class: 'panel-loading quiet' }, 'Loading…'));
    try {
      const detail = await api.node(id, signal);
      if (signal.aborted) return;
      const drawn = view?.nodes.some((node) => node.id === id || node.inside.some((member) => member.id === id)) === true || view?.holders.has(id) === true;
      fill(this.#panel, ...nodePanel(detail, index, this.#settings, {
        select: (other) => go({ selected: other }),
        trace: (subject, direction) => go({ subject, direction, selected: subject }),
        centre: drawn ? this.#centre : null,
      }));
      announce(`Selected ${nameOf(detail.node, index ?? undefined).title}`);
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof ProblemError ? error : new ProblemError('The page failed', String(error), 0);
      const retry = h('button', { class: 'button', type: 'button', on: { click: () => void this.#showNode(id, { index, view } as PanelContent) } }, 'Try again');
      fill(this.#panel, h('div', { class: 'notice', role: 'alert' }, h('h2', {}, problem.title), h('p', {}, problem.message), retry));
    }
  }
}
