// Runs in: browser. A button that keeps a thing on the start page.
import { announce } from '../base/announce.ts';
import { h, setAttribute } from '../base/dom.ts';
import { icon } from '../base/icons.ts';
import { isPinned, type Kept, setPinned } from './kept.ts';

export function pinButton(thing: Kept, onChange: () => void = () => {}): HTMLElement {
  const button = h('button', { class: 'icon-button pin', type: 'button', 'data-pins': thing.id }, icon('pin'));
  button.addEventListener('click', () => {
    const pinned = !isPinned(thing.id);
    setPinned(thing, pinned);
    // The same thing may be listed more than once.
    for (const each of document.querySelectorAll<HTMLElement>('[data-pins]')) if (each.dataset['pins'] === thing.id) show(each, thing);
    announce(`${thing.title} ${pinned ? 'pinned' : 'unpinned'}`);
    onChange();
  });
  show(button, thing);
  return button;
}

function show(button: HTMLElement, { id, title }: Kept): void {
  const pinned = isPinned(id);
  setAttribute(button, 'aria-pressed', String(pinned));
  setAttribute(button, 'aria-label', `Pin ${title}`);
  setAttribute(button, 'title', pinned ? 'Unpin it from the start page' : 'Pin it to the start page');
}
