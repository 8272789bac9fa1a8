// Something that changes, and what can be said of it for sure: between the moment a change is asked for and its answer nobody knows.

interface Change<T> {
  value: T;
  begunAt: number;
  doneAt: number;
}

type Predicate<T> = (value: T) => boolean;

export class Timeline<T> {
  /** The first has always been. */
  readonly #changes: Change<T>[];

  constructor(first: T) {
    this.#changes = [{ value: first, begunAt: Number.NEGATIVE_INFINITY, doneAt: Number.NEGATIVE_INFINITY }];
  }

  /** Changes come one after the other. */
  change(value: T, begunAt: number, doneAt: number): void {
    this.#changes.push({ value, begunAt, doneAt });
  }

  /** The last that was asked for. */
  get latest(): T | undefined {
    return this.#changes.at(-1)?.value;
  }

  /** Whether it certainly was so all the time, both ends included. */
  held(is: Predicate<T>, from: number, to: number): boolean {
    const since = this.since(is, from);
    if (since === null) return false;
    return this.#changes.every(({ value, begunAt, doneAt }) => begunAt > to || doneAt <= from || is(value));
  }

  /** Since when it has certainly been so at that moment; null where it was not, or nobody knows. */
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
