/** What `promise` brings within `ms`; null where it is late, and goes on. */
async function inTime<T>(promise: Promise<T>, ms: number): Promise<{ value: T } | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether `promise` is settled after `ms` at the latest; it goes on either way. */
export const isSettledWithin = async (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  (await inTime(promise, ms)) !== null;

/** The value of `promise`, or an error after `ms`: what it was about may still happen. */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  const settled = await inTime(promise, ms);
  if (!settled) throw new Error(`no answer within ${ms} ms`);
  return settled.value;
}
