// Runs in: browser. A node that has a page of its own, as it is in no lineage: a commit, an environment, a person or a worker.
import { api, ProblemError, type Settings } from '../base/api.ts';
import { announce } from '../base/announce.ts';
import { byId, fill, h } from '../base/dom.ts';
import { currentState, go } from '../base/location.ts';
import { nameOf } from '../lineage/naming.ts';
import { visited } from '../search/kept.ts';
import { nodePanel } from './node-panel.ts';

export async function showNodePage(id: string, settings: Settings): Promise<void> {
  const page = byId('start');
  const isStill = (): boolean => {
    const { view, subject, selected } = currentState();
    return view === null && subject === null && selected === id;
  };
  fill(page, h('p', { class: 'quiet start-loading' }, 'Loading…'));
  try {
    const detail = await api.node(id);
    if (!isStill()) return;
    const { title } = nameOf(detail.node);
    document.title = `${title} · temporal-provenance`;
    fill(page, h('h1', { class: 'visually-hidden' }, title), h('article', { class: 'node-page', 'aria-label': title }, ...nodePanel(detail, null, settings, {
      select: (selected) => go({ selected }),
      trace: (subject, direction) => go({ subject, direction, selected: subject }),
      centre: null,
    })));
    visited(detail.node);
    announce(title);
  } catch (error) {
    if (!isStill()) return;
    const problem = error instanceof ProblemError ? error : new ProblemError('The page failed', String(error), 0);
    const retry = h('button', { class: 'button', type: 'button', on: { click: () => void showNodePage(id, settings) } }, 'Try again');
    fill(page, h('div', { class: 'notice', role: 'alert' }, h('h2', {}, problem.title), h('p', {}, problem.message), retry));
  }
}
