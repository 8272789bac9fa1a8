// Timeouts of promises, and whether a time is recent.

/** The value of `promise`, or null after `ms`. The promise is not cancelled. */
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

/** Whether `promise` settles within `ms`. The promise is not cancelled. */
export const isSettledWithin = async (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  (await raceTimeout(promise, ms)) !== null;

/** The value of `promise`. Throws after `ms`; what the promise does may still happen. */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  const settled = await raceTimeout(promise, ms);
  if (!settled) throw new Error(`no answer within ${ms} ms`);
  return settled.value;
}

/**
 * Whether less than `ms` have passed since `from`. False for null, and when the clock went back:
 * the elapsed time is then unknown.
 */
export const isWithin = (ms: number, from: number | null, now: number): boolean =>
  from !== null && now >= from && now - from < ms;
