// The few words that the page leaves for its worker, and the worker for its next life: they share no other storage that is simple.

const CACHE = "parley.notifications";

/** Null where nothing was kept, or nothing can be. */
export async function kept(name: string): Promise<string | null> {
  try {
    const answer = await (await caches.open(CACHE)).match(`/kept/${name}`);
    return answer === undefined ? null : await answer.text();
  } catch {
    return null;
  }
}

export async function keep(name: string, text: string): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(`/kept/${name}`, new Response(text));
  } catch {
    // Storage may be full or blocked: what is kept only makes notifications nicer.
  }
}

/** One after the other, whatever tab or worker asks. Not to be asked for again by `work` itself. */
export const inTurn = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(`parley.${name}`, work);

/** Makes it another, one change at a time: the page and its worker keep some of it together. */
export async function change(name: string, to: (before: string | null) => string): Promise<string> {
  return inTurn(`kept.${name}`, async () => {
    const after = to(await kept(name));
    await keep(name, after);
    return after;
  });
}

/** The next person at this browser finds nothing. */
export async function forgetKept(): Promise<void> {
  await caches.delete(CACHE).catch(() => false);
}
