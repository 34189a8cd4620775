// Runs in: browser. Who has signed in, and signing out.
import type { Settings } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';

export function startReader(button: HTMLElement, { reader, signedIn }: Settings): void {
  button.hidden = !signedIn;
  const label = `Signed in as ${reader.name} (${reader.role}): sign out`;
  button.title = label;
  button.setAttribute('aria-label', label);
  fill(button, h('span', {}, reader.name), icon('leave'));
  button.addEventListener('click', () => {
    void fetch('/sign-out', { method: 'POST', redirect: 'manual' }).finally(() => location.assign('/sign-in/'));
  });
}
