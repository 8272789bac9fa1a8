// Runs work on many items, some at a time and for a limited time.

/**
 * Runs `work` on the items in their order, at most `concurrency` at a time. Begins no further item
 * from `until` on (epoch milliseconds). Returns when everything that began has ended. Throws what
 * `work` throws.
 */
export async function runParallel<T>(
  items: Iterable<T>,
  concurrency: number,
  until: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const runOne = async (): Promise<void> => {
    while (Date.now() < until) {
      const next = rest.next();
      if (next.done) return;
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, runOne));
}
