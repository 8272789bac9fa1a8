// Small texts that the page and its service worker share. They are kept in the Cache API, the
// simplest storage that both can use.

const CACHE = "parley.notifications";

/** Null where nothing is stored, or storage is blocked. */
export async function readShared(name: string): Promise<string | null> {
  try {
    const answer = await (await caches.open(CACHE)).match(`/kept/${name}`);
    return answer === undefined ? null : await answer.text();
  } catch {
    return null;
  }
}

export async function writeShared(name: string, text: string): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(`/kept/${name}`, new Response(text));
  } catch {
    // Storage may be full or blocked. Notifications work without it.
  }
}

/** Runs `work` alone among all tabs and the worker. `work` must not ask for the same lock. */
export const withLock = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(`parley.${name}`, work);

/** Changes a stored text; changes by the page and the worker run one after the other. */
export async function changeShared(name: string, to: (before: string | null) => string): Promise<string> {
  return withLock(`kept.${name}`, async () => {
    const after = to(await readShared(name));
    await writeShared(name, after);
    return after;
  });
}

/** Removes everything, so that the next person at this browser finds nothing. */
export async function clearShared(): Promise<void> {
  await caches.delete(CACHE).catch(() => false);
}
