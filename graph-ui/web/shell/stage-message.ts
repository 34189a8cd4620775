// Runs in: browser. What is shown in place of the graph, or above it: loading, errors, a limit that was reached.
import type { Trace, VersionSummary } from '../../../plugin/graph/answers.ts';
import { ProblemError } from '../base/api.ts';
import { byId, fill, h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { versionList } from '../panel/versions.ts';

export function showLoading(): void {
  show('is-loading', h('div', { class: 'spinner', 'aria-hidden': 'true' }), h('p', {}, 'Tracing…'));
}

export function showProblem(error: unknown, retry: () => void, choose: (id: string) => void): void {
  const problem = error instanceof ProblemError ? error : new ProblemError('The page failed', String(error), 0);
  show(
    'is-problem',
    h('div', { class: 'notice', role: 'alert' },
      h('h2', {}, problem.title),
      h('p', {}, problem.message),
      problem.choices.length > 0 ? choices(problem.choices, choose) : h('button', { class: 'button', type: 'button', on: { click: retry } }, 'Try again'),
    ),
  );
}

function choices(versions: VersionSummary[], choose: (id: string) => void): HTMLElement {
  return h('div', {}, h('p', { class: 'quiet' }, 'Choose one:'), versionList(versions, choose));
}

export function showEmpty(): void {
  show('is-problem', h('div', { class: 'notice' }, h('h2', {}, 'Nothing to draw'), h('p', {}, 'The trace holds no steps and no artifacts.')));
}

/** Says that the trace was cut, and offers more. */
export function showLimit({ limit, nodes }: Trace, askMore: (limit: number) => void): void {
  const next = (limit?.nodes ?? nodes.length) * 4;
  show(
    'is-banner',
    h('div', { class: 'banner', role: 'status' },
      h('p', {}, h('strong', {}, `Cut at ${count(limit?.nodes ?? nodes.length)} nodes. `), limit?.how ?? ''),
      h('button', { class: 'button', type: 'button', on: { click: () => askMore(next) } }, `Show up to ${count(next)}`),
    ),
  );
}

export function hideMessage(): void {
  const element = byId('stage-message');
  element.hidden = true;
  fill(element);
}

function show(kind: string, ...content: HTMLElement[]): void {
  const element = byId('stage-message');
  element.className = `stage-message ${kind}`;
  fill(element, ...content);
  element.hidden = false;
}
