// Runs in: browser. Shows the start page: what the graph has that is newest.
import { api, ProblemError } from '../base/api.ts';
import { byId, fill, h } from '../base/dom.ts';
import { currentState } from '../base/location.ts';
import { openThing } from '../search/open.ts';
import { startPageContent } from '../search/start-page.ts';

/** Of each kind; the rest is found by the search box. */
const HITS = 20;

export async function showStartPage(): Promise<void> {
  const page = byId('start');
  if (page.querySelector('.groups') === null) fill(page, h('p', { class: 'quiet start-loading' }, 'Loading…'));
  try {
    const { groups } = await api.search('', { limit: HITS });
    const { subject, selected, view, asOf } = currentState();
    if (subject === null && selected === null && view === null) fill(page, ...startPageContent(groups, asOf, openThing));
  } catch (error) {
    const problem = error instanceof ProblemError ? error : new ProblemError('The page failed', String(error), 0);
    const retry = h('button', { class: 'button', type: 'button', on: { click: () => void showStartPage() } }, 'Try again');
    fill(page, h('div', { class: 'notice', role: 'alert' }, h('h2', {}, problem.title), h('p', {}, problem.message), retry));
  }
}
