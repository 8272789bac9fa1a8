// A value that changes, and what is certain about it. Between the request of a change and its
// answer the value is unknown.

interface Change<T> {
  value: T;
  begunAt: number;
  doneAt: number;
}

type Predicate<T> = (value: T) => boolean;

export class Timeline<T> {
  /** The first value has no beginning. */
  readonly #changes: Change<T>[];

  constructor(first: T) {
    this.#changes = [{ value: first, begunAt: Number.NEGATIVE_INFINITY, doneAt: Number.NEGATIVE_INFINITY }];
  }

  /** Changes are added in their order. */
  change(value: T, begunAt: number, doneAt: number): void {
    this.#changes.push({ value, begunAt, doneAt });
  }

  /** The value of the last requested change. */
  get latest(): T | undefined {
    return this.#changes.at(-1)?.value;
  }

  /** Whether the condition certainly held all the time, both ends included. */
  held(is: Predicate<T>, from: number, to: number): boolean {
    const since = this.since(is, from);
    if (since === null) return false;
    return this.#changes.every(({ value, begunAt, doneAt }) => begunAt > to || doneAt <= from || is(value));
  }

  /**
   * Since when the condition has certainly held at that moment; null where it did not hold or the
   * value is unknown.
   */
  since(is: Predicate<T>, at: number): number | null {
    let since: number | null = null;
    for (const { value, begunAt, doneAt } of this.#changes) {
      if (begunAt > at) break;
      if (!is(value)) since = null;
      else if (doneAt <= at) since ??= doneAt;
    }
    return since;
  }
}
