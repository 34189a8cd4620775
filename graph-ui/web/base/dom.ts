// Runs in: browser. Makes elements. Data only ever becomes text: nothing here, or anywhere on the page, parses HTML.

type Child = Node | string | null | undefined | false;

interface Properties {
  class?: string;
  /** Listeners by event name. */
  on?: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
  /** Attributes; `true` sets an empty one, `false` and null leave it out. */
  [attribute: string]: unknown;
}

/** @example h('button', { class: 'chip', on: { click: open } }, 'Open') */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') element.className = String(value);
    else if (name === 'on') listen(element, value as Properties['on'] & object);
    else setAttribute(element, name, value);
  }
  append(element, children);
  return element;
}

function listen(element: HTMLElement, listeners: object): void {
  for (const [event, listener] of Object.entries(listeners)) element.addEventListener(event, listener as EventListener);
}

export function setAttribute(element: Element, name: string, value: unknown): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(typeof child === 'string' ? visible(child) : child);
  }
}

/** Characters that turn the direction of what follows are shown by their code points: they would make one name look like another. */
function visible(text: string): string {
  return text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, (character) => `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase()}⟩`);
}

/** Replaces all that is in an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

/** The element that index.html is known to hold. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag: string, attributes: { [name: string]: string | number }, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Calls `action` once things have been quiet for `milliseconds`. */
export function debounce<T extends unknown[]>(milliseconds: number, action: (...args: T) => void): (...args: T) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), milliseconds);
  };
}
