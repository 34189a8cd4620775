// Runs in: worker, CLI. Ids as a statement is told them: what they begin with is said once for all.

/** Of most ids the namespace, the workflow and its run. */
const PARTS_OF_HEAD = 4;

export class Names {
  /** By key, for the statement's parameter `$heads`: an id is `$heads[key] + rest`. */
  readonly heads: { [key: string]: string } = {};
  readonly #keys = new Map<string, string>();

  of(id: string): [key: string, rest: string] {
    const length = headOf(id);
    const head = id.slice(0, length);
    let key = this.#keys.get(head);
    if (key === undefined) {
      key = this.#keys.size.toString(36);
      this.#keys.set(head, key);
      this.heads[key] = head;
    }
    return [key, id.slice(length)];
  }
}

function headOf(id: string): number {
  let end = 0;
  for (let part = 0; part < PARTS_OF_HEAD; part++) {
    const next = id.indexOf('/', end) + 1;
    if (next === 0) break;
    end = next;
  }
  return end;
}
