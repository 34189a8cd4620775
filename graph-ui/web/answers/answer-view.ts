// Runs in: browser. An answer as a page of its own: asked for, shown, to be saved and printed.
import { announce } from '../base/announce.ts';
import { ProblemError, type Settings } from '../base/api.ts';
import { byId, fill, h } from '../base/dom.ts';
import { localTime } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { go, type State, type ViewName } from '../base/location.ts';
import { save } from '../base/save.ts';
import { versionList } from '../panel/versions.ts';
import type { Answered, AnswerPage } from './answer.ts';
import { auditPage } from './audit.ts';
import { cardPage } from './card.ts';
import { comparePage } from './compare.ts';
import { impactPage } from './impact.ts';
import { linkTo } from './parts.ts';
import { runsPage } from './runs.ts';
import { timelinePage } from './timeline.ts';

const PAGES: { [view in ViewName]: AnswerPage } = { impact: impactPage, runs: runsPage, card: cardPage, compare: comparePage, timeline: timelinePage, audit: auditPage };

export class AnswerView {
  readonly #element = byId('answer');
  readonly #settings: Settings;
  #asked = new AbortController();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async update(state: State): Promise<void> {
    this.leave();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const page = PAGES[state.view!];
    fill(this.#element, h('p', { class: 'quiet answer-loading', role: 'status' }, 'Loading…'));
    this.#element.scrollTop = 0;
    try {
      if (state.subject === null && page !== auditPage && page !== comparePage) throw new ProblemError('Nothing is asked about', 'The address names no subject. Search for one above.', 400);
      const answered = await page.show(state, this.#settings, signal);
      if (signal.aborted) return;
      document.title = `${answered.title} · ${page.name} · temporal-provenance`;
      fill(this.#element, h('div', { class: 'answer-page' }, heading(state, page, answered), ...answered.content));
      announce(`${page.name}: ${answered.title}`);
    } catch (error) {
      if (signal.aborted) return;
      document.title = `${page.name} · temporal-provenance`;
      fill(this.#element, problemNotice(error, state, () => void this.update(state)));
    }
  }

  leave(): void {
    this.#asked.abort();
  }
}

function heading(state: State, page: AnswerPage, { title, subtitle, sheet, json }: Answered): HTMLElement {
  const about = state.subject ?? '';
  const button = (text: string, name: 'download' | 'print', action: () => void): HTMLElement =>
    h('button', { class: 'button', type: 'button', on: { click: action } }, icon(name), text);
  return h('header', { class: 'answer-head' },
    h('div', {},
      h('p', { class: 'answer-kind' }, page.name, state.asOf !== null && h('span', { class: 'quiet' }, ` as it was known on ${localTime(state.asOf) ?? state.asOf}`)),
      h('h1', {}, title), h('p', { class: 'answer-subtitle is-uri' }, ...subtitle)),
    h('div', { class: 'answer-actions no-print' },
      sheet !== undefined && button('CSV', 'download', () => save(state.view!, about, 'csv', sheet.csv())),
      json !== null && button('JSON', 'download', () => save(state.view!, about, 'json', JSON.stringify(json, null, 2))),
      json !== null && button('Print', 'print', () => window.print())),
    state.subject !== null && state.view !== 'compare' && h('nav', { class: 'answer-nav no-print', 'aria-label': 'Other answers about it' }, ...others(state)),
  );
}

/** A run has neither versions nor a card. */
function others({ view, subject }: State): HTMLElement[] {
  const isVersion = !/^(run|step|content)\//.test(subject!);
  const names: [ViewName, string, boolean][] = [['impact', 'What came of it', true], ['runs', 'Runs that used it', isVersion], ['card', 'Card', isVersion], ['timeline', 'Versions over time', isVersion]];
  return [
    linkTo({ view: null, subject, direction: 'upstream' }, {}, 'Trace'),
    ...names.filter(([, , fits]) => fits).map(([name, title]) => linkTo({ view: name, subject }, { 'aria-current': name === view ? 'page' : null }, title)),
    linkTo({ view: 'compare', subject, other: null }, {}, 'Compare with…'),
  ];
}

function problemNotice(error: unknown, state: State, retry: () => void): HTMLElement {
  const problem = error instanceof ProblemError ? error : new ProblemError('The page failed', String(error), 0);
  return h('div', { class: 'notice answer-problem', role: 'alert' }, h('h1', { class: 'notice-title' }, problem.title), h('p', {}, problem.message),
    problem.choices.length > 0
      ? h('div', {}, h('p', { class: 'quiet' }, 'Choose one:'), versionList(problem.choices, (id) => go({ view: state.view, subject: id })))
      : h('button', { class: 'button', type: 'button', on: { click: retry } }, 'Try again'));
}
