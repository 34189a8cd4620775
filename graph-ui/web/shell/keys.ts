// Runs in: browser. What single keys do, and the dialog that lists them.
import { byId, fill, h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';

/** One thing that a key does. */
export interface Key {
  /** As the browser names them. */
  keys: string[];
  words: string;
  /** Left out for keys that the outline listens for: they are only listed. */
  action?: () => void;
}

export interface KeyGroup {
  title: string;
  keys: Key[];
  /** Whether they do something now; always, if left out. */
  isActive?: () => boolean;
}

const STORED = 'temporal-provenance:single-keys';

/** Listens for the keys, and makes the dialog that `?` opens. Gives what opens it. */
export function startKeys(groups: KeyGroup[]): () => void {
  const dialog = byId('keys') as HTMLDialogElement;
  const open = (): void => {
    if (!dialog.open) dialog.showModal();
  };
  const isOn = h('input', { type: 'checkbox', id: 'keys-on' });
  isOn.checked = areOn();
  isOn.addEventListener('change', () => remember(isOn.checked));
  const close = h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close', on: { click: () => dialog.close() } }, icon('close'));
  fill(dialog,
    h('div', { class: 'keys-head' }, h('h2', { id: 'keys-title' }, 'Keys'), close),
    h('div', { class: 'keys-groups' }, ...groups.map(groupList)),
    // Whoever speaks to the machine, or rests a hand on the keyboard, must be able to switch them off.
    h('label', { class: 'keys-switch' }, isOn, 'Letters and signs do these things while nothing is being typed'),
  );
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialog.open || event.defaultPrevented) return;
    if (event.key !== 'Escape' && !areOn() && event.key !== '?') return;
    if (event.key === '?') open();
    else {
      const found = groups.filter(({ isActive }) => isActive?.() !== false).flatMap(({ keys }) => keys).find(({ keys, action }) => action !== undefined && keys.includes(event.key));
      if (found === undefined) return;
      found.action!();
    }
    event.preventDefault();
  });
  return open;
}

function groupList({ title, keys }: KeyGroup): HTMLElement {
  return h('section', {}, h('h3', {}, title), h('dl', {}, ...keys.flatMap(({ keys: names, words }) => [
    h('dt', {}, ...names.map((name) => h('kbd', {}, NAMES[name] ?? name))),
    h('dd', {}, words),
  ])));
}

const NAMES: { [key: string]: string } = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', ' ': 'Space', '-': '−' };

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== 'checkbox');
}

/** Storage may be forbidden; then the choice lasts as long as the page. */
let inMemory = true;

function areOn(): boolean {
  try {
    return localStorage.getItem(STORED) === null ? inMemory : localStorage.getItem(STORED) === 'on';
  } catch {
    return inMemory;
  }
}

function remember(isOn: boolean): void {
  inMemory = isOn;
  try {
    localStorage.setItem(STORED, isOn ? 'on' : 'off');
  } catch {
    // Kept in memory above.
  }
}
