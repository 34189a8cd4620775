// Runs in: browser. A list below a text box, from which arrows and Enter choose (the combobox pattern of WAI-ARIA).
import { fill } from '../base/dom.ts';

/** An element of the role `option`, and what choosing it does. */
export interface Choice {
  element: HTMLElement;
  choose: () => void;
}

export class Combobox {
  readonly #input: HTMLInputElement;
  readonly #list: HTMLElement;
  #choices: Choice[] = [];
  #active = -1;
  /** Whether the list answers what the box held before. */
  #isStale = false;
  /** Enter was pressed before the list was there: it is meant for the first of what comes. */
  #isEntered = false;

  /** @param reopen shows the list again: an arrow was pressed after it had been closed */
  constructor(input: HTMLInputElement, list: HTMLElement, reopen: () => void) {
    this.#input = input;
    this.#list = list;
    input.addEventListener('keydown', (event) => this.#press(event, reopen));
    input.addEventListener('input', () => {
      this.#isStale = true;
      this.#isEntered = false;
      list.setAttribute('aria-busy', 'true');
    });
    input.addEventListener('blur', () => this.close());
    // A click on an option must not take the focus first, or the list would be closed before it is heard.
    list.addEventListener('mousedown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => {
      const choice = this.#choices.find(({ element }) => event.target instanceof Node && element.contains(event.target));
      choice?.choose();
    });
  }

  /** @param active the option that Enter chooses, until the arrows move on */
  open(content: HTMLElement[], choices: Choice[], active: number): void {
    const isEntered = this.#isEntered;
    this.#isStale = this.#isEntered = false;
    this.#choices = choices;
    this.#active = -1;
    for (const [index, { element }] of choices.entries()) {
      element.id = `option-${index}`;
      element.setAttribute('aria-selected', 'false');
    }
    fill(this.#list, ...content);
    this.#list.hidden = false;
    this.#list.removeAttribute('aria-busy');
    this.#input.setAttribute('aria-expanded', 'true');
    this.#mark(active);
    if (active <= 0) this.#list.scrollTop = 0;
    if (isEntered) choices[active]?.choose();
  }

  close(): void {
    this.#list.hidden = true;
    this.#isStale = this.#isEntered = false;
    this.#choices = [];
    this.#active = -1;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }

  #press(event: KeyboardEvent, reopen: () => void): void {
    if (event.key === 'Enter' && this.#isStale) {
      this.#isEntered = true;
      return event.preventDefault();
    }
    if (this.#list.hidden) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') reopen();
      return;
    }
    const count = this.#choices.length;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown' && count > 0) this.#move((this.#active + 1) % count);
    else if (event.key === 'ArrowUp' && count > 0) this.#move(this.#active <= 0 ? count - 1 : this.#active - 1);
    else if (event.key === 'Enter' && this.#active >= 0) this.#choices[this.#active]?.choose();
    else return;
    event.preventDefault();
  }

  /** Who moves along the list means what it shows. */
  #move(next: number): void {
    this.#isStale = false;
    this.#mark(next);
  }

  #mark(next: number): void {
    this.#choices[this.#active]?.element.setAttribute('aria-selected', 'false');
    this.#active = next;
    const option = this.#choices[next]?.element;
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    if (option === undefined) this.#input.removeAttribute('aria-activedescendant');
    else this.#input.setAttribute('aria-activedescendant', option.id);
  }
}
