// Runs in: browser. What is shown in place of the graph, or above it: loading, errors, a limit that was reached.
import type { Trace, VersionSummary } from '../../../plugin/graph/answers.ts';
import { ProblemError } from '../base/api.ts';
import { byId, fill, h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { nameOf } from '../lineage/naming.ts';
import type { Path } from '../lineage/picture.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
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

/** Says between what the paths run that are drawn alone, or that there are none, and leads out. */
export function showPath({ ends, nodes }: Path, index: TraceIndex, leave: () => void): void {
  const [first, last] = ends.map((id) => {
    const node = id === undefined ? undefined : index.node(id);
    return h('strong', {}, node === undefined ? 'something that is not in this trace' : nameOf(node, index).title);
  });
  show(
    'is-banner',
    h('div', { class: 'banner is-path', role: 'status' },
      nodes.size > 0
        ? h('p', {}, 'Only the paths between ', first, ' and ', last, ` are drawn: ${counted(nodes.size, 'card')}.`)
        : h('p', {}, 'No path leads from ', first, ' to ', last, '.'),
      h('button', { class: 'button', type: 'button', on: { click: leave } }, nodes.size > 0 ? 'Back to all' : 'Close'),
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
