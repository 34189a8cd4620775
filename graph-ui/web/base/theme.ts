// Runs in: browser. Light or dark: as the system says, until somebody chooses here.
import { fill, setAttribute } from './dom.ts';
import { icon } from './icons.ts';

type Theme = 'light' | 'dark';

const KEY = 'temporal-provenance:theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** Sets the theme, makes `button` switch it, and calls `onChange` after each change (the canvas has no style sheet). */
export function startTheme(button: HTMLElement, onChange: () => void): void {
  const show = (): void => {
    const theme = chosen() ?? (system.matches ? 'dark' : 'light');
    document.documentElement.dataset['theme'] = theme;
    fill(button, icon(theme === 'dark' ? 'sun' : 'moon'));
    const label = theme === 'dark' ? 'Use the light theme' : 'Use the dark theme';
    setAttribute(button, 'aria-label', label);
    setAttribute(button, 'title', label);
    onChange();
  };
  button.addEventListener('click', () => {
    const next: Theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
    remember(next);
    show();
  });
  system.addEventListener('change', show);
  show();
}

/** Storage may be forbidden; then the choice lasts as long as the page. */
let inMemory: Theme | null = null;

function chosen(): Theme | null {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : inMemory;
  } catch {
    return inMemory;
  }
}

function remember(theme: Theme): void {
  inMemory = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Kept in memory above.
  }
}
