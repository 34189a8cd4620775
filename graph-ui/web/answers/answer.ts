// Runs in: browser. What an answer that is a page of its own consists of.
import type { Settings } from '../base/api.ts';
import type { State } from '../base/location.ts';
import type { Sheet } from './table.ts';

export interface Answered {
  title: string;
  /** Below the title. */
  subtitle: (Node | string)[];
  content: (HTMLElement | null)[];
  /** What is downloaded as CSV; none where there is no list. */
  sheet?: Sheet;
  /** What is downloaded as JSON. */
  json: unknown;
}

export interface AnswerPage {
  /** What the page is called before its answer is there. */
  name: string;
  show(state: State, settings: Settings, signal: AbortSignal): Promise<Answered>;
}
