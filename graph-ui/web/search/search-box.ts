// Runs in: browser. Search as you type; arrows and Enter choose (the combobox pattern of WAI-ARIA).
import type { SearchHit } from '../../../plugin/graph/answers.ts';
import { announce } from '../base/announce.ts';
import { api, ProblemError } from '../base/api.ts';
import { debounce, fill, h } from '../base/dom.ts';
import { counted } from '../base/format.ts';
import { glyph, lookOf } from '../base/kinds.ts';

const LIMIT = 12;
const QUIET_MILLISECONDS = 160;

export function startSearch(input: HTMLInputElement, list: HTMLElement, choose: (hit: SearchHit) => void): void {
  let hits: SearchHit[] = [];
  let active = -1;
  let asked = new AbortController();

  const close = (): void => {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const open = (...content: HTMLElement[]): void => {
    fill(list, ...content);
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  };
  const pick = (hit: SearchHit): void => {
    close();
    input.value = '';
    input.blur();
    choose(hit);
  };
  const mark = (next: number): void => {
    const options = [...list.querySelectorAll<HTMLElement>('[role=option]')];
    options[active]?.setAttribute('aria-selected', 'false');
    active = (next + options.length) % options.length;
    options[active]?.setAttribute('aria-selected', 'true');
    options[active]?.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', options[active]?.id ?? '');
  };
  const show = (found: SearchHit[], truncated: boolean): void => {
    hits = found;
    active = -1;
    input.removeAttribute('aria-activedescendant');
    if (found.length === 0) open(message('Nothing found. Try a name, an id, a URI or a digest.'));
    else open(...found.map((hit, index) => option(hit, index, pick)), ...(truncated ? [message('There are more: type on.')] : []));
    announce(counted(found.length, 'hit'));
  };
  const ask = debounce(QUIET_MILLISECONDS, (text: string) => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    api.search(text, LIMIT, signal).then(
      (answer) => {
        if (!signal.aborted && input.value.trim() === text) show(answer.hits, answer.truncated);
      },
      (error: unknown) => {
        if (signal.aborted) return;
        hits = [];
        open(message(error instanceof ProblemError ? `${error.title}. ${error.message}` : 'The search failed.'));
      },
    );
  });

  input.addEventListener('input', () => {
    const text = input.value.trim();
    if (text === '') close();
    else ask(text);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (list.hidden || hits.length === 0) return;
      mark(event.key === 'ArrowDown' ? active + 1 : active < 0 ? -1 : active - 1);
      event.preventDefault();
    } else if (event.key === 'Enter') {
      const hit = hits[Math.max(active, 0)];
      if (!list.hidden && hit !== undefined) pick(hit);
    }
  });
  input.addEventListener('blur', close);
  // A click on an option must not take the focus first, or the list would be closed before it is heard.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      input.focus();
      event.preventDefault();
    }
  });
}

function option(hit: SearchHit, index: number, pick: (hit: SearchHit) => void): HTMLElement {
  const kind = hit.label === 'ArtifactVersion' || hit.label === 'Artifact' ? (hit.kind ?? hit.label) : hit.label;
  return h(
    'div',
    { class: 'option', role: 'option', id: `hit-${index}`, 'aria-selected': 'false', 'data-id': hit.id, on: { click: () => pick(hit) } },
    glyph(kind),
    h('span', { class: 'option-text' }, h('span', { class: 'option-title' }, hit.title), h('span', { class: 'option-subtitle' }, hit.subtitle)),
    h('span', { class: 'option-kind' }, lookOf(kind).title),
  );
}

function message(text: string): HTMLElement {
  return h('div', { class: 'option-message', role: 'presentation' }, text);
}
