// Runs in: browser. A button that copies a text.
import { fill, h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';
import { announce } from '../base/announce.ts';

export function copyButton(text: string, what: string): HTMLElement {
  const button = h('button', { class: 'copy', type: 'button', 'aria-label': `Copy ${what}`, title: `Copy ${what}` }, icon('copy'));
  button.addEventListener('click', () => {
    void copy(text).then((done) => {
      fill(button, icon(done ? 'check' : 'close'));
      announce(done ? `${what} copied` : 'Copying is not allowed here');
      setTimeout(() => fill(button, icon('copy')), 1500);
    });
  });
  return button;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
