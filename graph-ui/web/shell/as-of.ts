// Runs in: browser. The past time that all answers are about, chosen in the header.
import { byId, fill, h } from '../base/dom.ts';
import { localTime } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { go, type State } from '../base/location.ts';

const FORM = 'as-of-form';

export function startAsOf(): void {
  const button = byId('as-of');
  const form = byId(FORM);
  const input = h('input', { type: 'datetime-local', id: 'as-of-time', class: 'field', step: 1, required: true });
  const setOpen = (isOpen: boolean): void => {
    form.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) input.focus();
  };
  fill(button, icon('clock'), h('span', { class: 'as-of-label' }, 'As of'));
  button.addEventListener('click', () => setOpen(form.hidden !== false));
  fill(form,
    h('label', { for: 'as-of-time' }, 'Show what was known at this time'), input,
    h('div', { class: 'as-of-actions' }, h('button', { class: 'button', type: 'submit' }, 'Show'), h('button', { class: 'button is-quiet', type: 'button', on: { click: () => { setOpen(false); go({ asOf: null }); } } }, 'Now')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    setOpen(false);
    button.focus();
    // The field speaks of the reader's own time zone.
    go({ asOf: new Date(input.value).toISOString() });
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    setOpen(false);
    button.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !form.contains(event.target) && !button.contains(event.target)) setOpen(false);
  });
}

/** Nobody should take the past for the present. */
export function showAsOf({ asOf }: State): void {
  const button = byId('as-of');
  button.classList.toggle('is-past', asOf !== null);
  const said = asOf === null ? 'As of' : `As of ${localTime(asOf) ?? asOf}`;
  button.querySelector('.as-of-label')!.textContent = said;
  button.title = asOf === null ? 'See what was known at a past time' : 'What was recorded later is left out of all answers';
}
