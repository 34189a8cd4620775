// Runs in: browser. Says things to screen readers.
import { byId } from './dom.ts';

export function announce(text: string): void {
  byId('announcer').textContent = text;
}
