// Waiting, and running many tasks a few at a time.
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const AT_ONCE = 20;

/** Runs `work` for 0 … count-1, a few at a time. */
export async function inParts<T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const part = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => work(from + at));
    done.push(...(await Promise.all(part)));
  }
  return done;
}
