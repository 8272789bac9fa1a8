// Timeouts of promises, and whether a time is recent.

/** Resolves with the value of `promise`, or with null after `ms`. Does not cancel the promise. */
async function raceTimeout<T>(promise: Promise<T>, ms: number): Promise<{ value: T } | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with whether `promise` settles within `ms`. Does not cancel the promise. */
export const isSettledWithin = async (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  (await raceTimeout(promise, ms)) !== null;

/** Resolves with the value of `promise`. Throws after `ms`, but does not cancel the promise. */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  const settled = await raceTimeout(promise, ms);
  if (!settled) throw new Error(`no answer within ${ms} ms`);
  return settled.value;
}

/**
 * Returns how long an attempt may take that must end at `until`: `ms` at most. Epoch milliseconds.
 */
export const timeLeft = (until: number, ms: number): number => Math.max(1, Math.min(ms, until - Date.now()));

/**
 * Returns whether less than `ms` have passed since `from`. False for null, and if the clock went
 * back, because the elapsed time is then unknown.
 */
export const isWithin = (ms: number, from: number | null, now: number): boolean =>
  from !== null && now >= from && now - from < ms;
