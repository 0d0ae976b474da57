/** Reads under way at once. More would make the statements small, and one alone would hold up everybody if it is slow. */
const AT_ONCE = 2;

interface Waiting<Value> {
  readonly resolve: (value: Value | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Rows by key, many in one statement when many are wanted: the first to ask is served at once, and whoever asks while
 * reads are under way goes along with the next. Nobody waits for a timer, and every row is read after it was asked for, so
 * what was committed before is seen.
 */
export class BatchedReads<Value> {
  private waiting = new Map<string, Waiting<Value>[]>();
  private underWay = 0;

  /** @param read the rows of some keys; keys without one are left out */
  constructor(private readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {}

  get(key: string): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      const askedAlready = this.waiting.get(key);
      if (askedAlready) askedAlready.push({ resolve, reject });
      else this.waiting.set(key, [{ resolve, reject }]);
      this.next();
    });
  }

  private next(): void {
    if (this.underWay >= AT_ONCE || this.waiting.size === 0) return;
    const asked = this.waiting;
    this.waiting = new Map();
    this.underWay += 1;
    void this.answer(asked).finally(() => {
      this.underWay -= 1;
      this.next();
    });
  }

  private async answer(asked: ReadonlyMap<string, Waiting<Value>[]>): Promise<void> {
    try {
      const found = await this.read([...asked.keys()]);
      for (const [key, all] of asked) for (const { resolve } of all) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of [...asked.values()].flat()) reject(error);
    }
  }
}
