// Runs in: browser. Which runs used exactly this version, and with which steps.
import type { RunUse, RunsUsing } from '../../../plugin/graph/answers.ts';
import { api, ProblemError, type Settings } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { counted, localTime } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { announce } from '../base/announce.ts';
import { section } from './section.ts';
import { SEAL } from './certificate.ts';
import { temporalLink } from './temporal-link.ts';

const HOW = { declared: 'declared', argument: 'as an argument', carried: 'carried only', mentioned: 'mentioned' } as const;

export function runsUsingSection(id: string, settings: Settings, select: (id: string) => void): HTMLElement | null {
  const carried = h('input', { type: 'checkbox' });
  const list = h('div', { class: 'runs', 'aria-live': 'polite' });
  const ask = async (): Promise<void> => {
    fill(list, h('p', { class: 'quiet' }, 'Loading…'));
    try {
      const answer = await api.runsUsing(id, carried.checked, null);
      fill(list);
      append(answer, list);
      announce(counted(answer.runs.length, 'run'));
    } catch (error) {
      fill(list, h('p', { class: 'error-text' }, error instanceof ProblemError ? `${error.title}. ${error.message}` : 'This could not be loaded.'));
    }
  };
  const append = (answer: RunsUsing, into: HTMLElement): void => {
    if (answer.runs.length === 0 && into.childElementCount === 0) {
      fill(into, h('p', { class: 'quiet' }, 'No run used this version.'));
      return;
    }
    into.append(h('ul', { class: 'run-list' }, ...answer.runs.map((run) => runItem(run, settings, select))));
    const { next } = answer;
    if (next === null) return;
    const more = h('button', { class: 'button', type: 'button' }, 'More runs');
    more.addEventListener('click', () => {
      more.disabled = true;
      api.runsUsing(id, carried.checked, next).then(
        (page) => {
          more.remove();
          append(page, into);
        },
        () => {
          more.disabled = false;
        },
      );
    });
    into.append(more);
  };
  carried.addEventListener('change', () => {
    if (list.childElementCount > 0) void ask();
  });
  return section(
    'Who used it',
    h('div', { class: 'runs-ask' },
      h('button', { class: 'button', type: 'button', on: { click: () => void ask() } }, 'Runs that used this version'),
      h('label', { class: 'check' }, carried, 'include carried'),
    ),
    list,
  );
}

function runItem(run: RunUse, settings: Settings, select: (id: string) => void): HTMLElement {
  const namespace = decodeURIComponent(run.id.split('/')[1] ?? 'default');
  const started = run.startedAt === null ? null : localTime(run.startedAt);
  const link = temporalLink(settings, namespace, run.workflowId, run.runId);
  return h(
    'li',
    { class: 'run' },
    h('div', { class: 'run-line' },
      h('button', { class: 'link', type: 'button', on: { click: () => select(run.id) } }, run.workflowType ?? 'Workflow'),
      h('span', { class: /fail|time|terminat/i.test(run.status) ? 'status is-bad' : 'status' }, run.status),
      h('span', { class: run.seal === 'failed' ? 'status is-bad' : 'status is-quiet', title: SEAL[run.seal][1] }, SEAL[run.seal][0]),
      link === null ? null : h('a', { class: 'icon-link', href: link, target: '_blank', rel: 'noreferrer', 'aria-label': `${run.workflowId} in Temporal`, title: 'Open in Temporal' }, icon('external')),
    ),
    h('code', { class: 'run-id' }, run.workflowId),
    started !== null && h('time', { class: 'quiet', datetime: run.startedAt, title: run.startedAt }, started),
    h('ul', { class: 'run-steps' }, ...run.steps.map((step) =>
      h('li', {},
        h('button', { class: 'link', type: 'button', on: { click: () => select(step.id) } }, step.type ?? 'Step'),
        ` ${HOW[step.how]}${step.member === undefined ? '' : ' (in a collection)'}`,
      ),
    )),
  );
}
