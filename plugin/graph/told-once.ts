// Runs in: worker, CLI. What many rows of a statement have in common, as a parameter of its own: Neo4j is told it once.

/** Of most ids the namespace, the workflow and its run. */
const PARTS_OF_HEAD = 4;

export class ToldOnce<T> {
  /** The statement's parameter: by the keys that the rows hold. */
  readonly all: { [key: string]: T } = {};
  readonly #keys = new Map<string, string>();

  /** @param text the same for the same value */
  keyOf(text: string, value: T): string {
    let key = this.#keys.get(text);
    if (key === undefined) {
      key = this.#keys.size.toString(36);
      this.#keys.set(text, key);
      this.all[key] = value;
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
  return [heads.keyOf(head, head), id.slice(end)];
}
