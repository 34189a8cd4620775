// Runs in: worker, CLI. Many rows as parameters of one statement. What costs the driver are statements and values: so all kinds of rows go in one
// statement, what rows have in common is told once, and rows of texts are lines of one text.

/**
 * Cypher that does the same for each kind: labels and types have to be in its text. It is always the same text, which Neo4j has to plan only once;
 * a kind of which there are no rows costs next to nothing.
 *
 * @param kinds are done in the order of their names
 */
export const forEach = <Kind extends string>(kinds: readonly Kind[], statement: (kind: Kind) => string): string => [...kinds].sort().map(statement).join('\nUNION ALL ');

/** Cypher that makes a `row` of each line that a map of texts, a parameter, holds for a kind. */
export const eachLine = (kind: string): string => `UNWIND split($lines.${kind}, '\\n') AS line WITH split(line, ' ') AS row`;

/** The parameter for `eachLine`. @param partsOf what stands in a line, without blanks, as ids are and times */
export function linesOf<T, Kind extends string>(items: T[], kindOf: (item: T) => Kind, partsOf: (item: T, index: number) => (string | number)[]): { [kind in Kind]?: string } {
  const lines = new Map<Kind, string[]>();
  items.forEach((item, index) => {
    const kind = kindOf(item);
    const line = partsOf(item, index).join(' ');
    const known = lines.get(kind);
    if (known) known.push(line);
    else lines.set(kind, [line]);
  });
  return Object.fromEntries([...lines].map(([kind, all]) => [kind, all.join('\n')])) as { [kind in Kind]?: string };
}

/** Of most ids the namespace, the workflow and its run. */
const PARTS_OF_HEAD = 4;

export class ToldOnce<T> {
  /** The statement's parameter: by the keys that the rows hold. */
  readonly all: { [key: string]: T } = {};
  readonly #keys = new Map<string, string>();

  /** @param text the same for the same value */
  keyOf(text: string, value: () => T): string {
    let key = this.#keys.get(text);
    if (key === undefined) {
      key = this.#keys.size.toString(36);
      this.#keys.set(text, key);
      this.all[key] = value();
    }
    return key;
  }
}

/** An id as the key of what it begins with, and the rest. */
export function splitId(id: string, heads: ToldOnce<string>): [key: string, rest: string] {
  let end = 0;
  for (let part = 0; part < PARTS_OF_HEAD; part++) {
    const next = id.indexOf('/', end) + 1;
    // Of a thing that belongs to no run all is named by many, or by one.
    if (next === 0) {
      end = id.length;
      break;
    }
    end = next;
  }
  const head = id.slice(0, end);
  return [heads.keyOf(head, () => head), id.slice(end)];
}
