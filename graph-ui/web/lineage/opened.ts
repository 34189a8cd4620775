// Runs in: browser. What was opened and closed by hand in a trace, in a form short enough for a link.
import { KEY_LENGTH, shortKey } from '../base/short-key.ts';

/** What can be opened: a node's neighbours on its earlier or its later side, and look-alikes or a run that are drawn as one. */
export type Part = 'earlier' | 'later' | 'bundle' | 'run';

const LETTER: { [part in Part]: string } = { earlier: 'e', later: 'l', bundle: 'b', run: 'r' };

/** More than this would make a link that some programs cut. */
export const MOST_OPENED = 200;

const SHAPE = new RegExp(`^([elbr][\\w-]{${KEY_LENGTH}}){0,${MOST_OPENED}}$`, 'i');

/** Unchanging: what opens or closes something gives a new one. */
export class Opened {
  readonly #marks: Map<string, boolean>;

  private constructor(marks: Map<string, boolean>) {
    this.#marks = marks;
  }

  /** Reads what `text` gives. What is not of that shape counts as nothing opened. */
  static read(text: string): Opened {
    const marks = new Map<string, boolean>();
    if (SHAPE.test(text)) {
      for (let at = 0; at < text.length; at += KEY_LENGTH + 1) {
        const letter = text[at]!;
        const lower = letter.toLowerCase();
        marks.set(lower + text.slice(at + 1, at + 1 + KEY_LENGTH), letter === lower);
      }
    }
    return new Opened(marks);
  }

  /** Whether it was opened or closed by hand; undefined when neither. */
  get(part: Part, id: string): boolean | undefined {
    return this.#marks.size === 0 ? undefined : this.#marks.get(LETTER[part] + shortKey(id));
  }

  /** With this one opened or closed. `asUsual`: what it is when nobody touches it, null for half open; what is as usual is not noted. */
  with(part: Part, id: string, isOpen: boolean, asUsual: boolean | null): Opened {
    const marks = new Map(this.#marks);
    const key = LETTER[part] + shortKey(id);
    if (isOpen === asUsual) marks.delete(key);
    else marks.set(key, isOpen);
    return new Opened(marks);
  }

  /** With this one as it is when nobody touches it. */
  without(part: Part, id: string): Opened {
    return this.with(part, id, true, true);
  }

  get isFull(): boolean {
    return this.#marks.size > MOST_OPENED;
  }

  /** A letter for the part, small when it was opened, and the key of its node; one after the other. */
  get text(): string {
    return [...this.#marks].map(([key, isOpen]) => (isOpen ? key : key[0]!.toUpperCase() + key.slice(1))).join('');
  }
}
