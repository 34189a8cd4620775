// Runs in: browser. Starts the page and leads from its state (the URL) to what is shown.
import { api, type Settings } from './base/api.ts';
import { AnswerView } from './answers/answer-view.ts';
import { byId, fill, h } from './base/dom.ts';
import { icon } from './base/icons.ts';
import { followLocation, go, startPage, type State } from './base/location.ts';
import { startTheme } from './base/theme.ts';
import { showNodePage } from './panel/node-page.ts';
import { openThing } from './search/open.ts';
import { startSearch } from './search/search-box.ts';
import { startReader } from './shell/reader.ts';
import { showAsOf, startAsOf } from './shell/as-of.ts';
import { startStageTools } from './shell/stage-tools.ts';
import { showStartPage } from './shell/start.ts';
import { TraceView } from './shell/trace-view.ts';

let restyle = (): void => {};
startTheme(byId('theme'), () => restyle());
const settings: Settings = await api.settings().catch(() => ({ temporalUi: null, reader: { name: 'local', role: 'auditor' }, signedIn: false }));
startReader(byId('reader'), settings);
const traceView = new TraceView(settings);
const answerView = new AnswerView(settings);
restyle = () => traceView.drawing.restyle();

fill(byId('search-icon'), icon('search'));
startSearch(byId('search') as HTMLInputElement, byId('search-list'), openThing);
startStageTools(traceView);
startAsOf();
startAuditLink();
byId('brand').addEventListener('click', (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(startPage);
});
followLocation(show);

function show(state: State, before: State | null): void {
  const isAnswer = state.view !== null;
  const isTrace = !isAnswer && state.subject !== null;
  showAsOf(state);
  byId('answer').hidden = !isAnswer;
  byId('start').hidden = isTrace || isAnswer;
  byId('trace').hidden = !isTrace;
  byId('toolbar').hidden = !isTrace;
  if (isTrace) {
    answerView.leave();
    traceView.update(state, before === null || before.subject === null || before.view !== null ? null : before);
    return;
  }
  traceView.leave();
  if (isAnswer) {
    void answerView.update(state);
    return;
  }
  answerView.leave();
  if (state.selected !== null) {
    void showNodePage(state.selected, settings);
    return;
  }
  document.title = 'temporal-provenance';
  void showStartPage();
}

function startAuditLink(): void {
  const link = byId('audit');
  link.title = 'How complete the record is';
  fill(link, icon('shield'), h('span', { class: 'audit-label' }, 'Audit'));
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go({ view: 'audit', subject: null });
  });
}
