// Small texts that the page and its service worker share. They are kept in the Cache API, the
// simplest storage that both can use.

const CACHE = "parley.notifications";
const pathOf = (name: string): string => `/kept/${name}`;

/** The names of the shared texts. Browsers hold texts under these names, so the names stay. */
export const sharedTexts = {
  /** What this browser registered with the server last: see `registration.ts`. */
  registration: "told",
  /** The unread messages by channel: see `badge-counts.ts`. */
  badgeCounts: "tally",
  locale: "locale",
  /** The handles of people whose names look alike, by id: see `alike-people.ts`. */
  alikeHandles: "alike",
  /** The replies that wait for the page: see `unsent-reply.ts`. */
  unsentReplies: "unsent",
} as const;

/** Reads a stored text; null if nothing is stored, or if storage is blocked. */
export async function readShared(name: string): Promise<string | null> {
  try {
    const answer = await (await caches.open(CACHE)).match(pathOf(name));
    return answer === undefined ? null : await answer.text();
  } catch {
    return null;
  }
}

export async function writeShared(name: string, text: string): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(pathOf(name), new Response(text));
  } catch {
    // Storage may be full or blocked. Notifications work without it.
  }
}

/** Runs `work` alone among all tabs and the worker. `work` must not ask for the same lock. */
export const withLock = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(`parley.${name}`, work);

/** Changes a stored text. Changes by the page and the worker run one after the other. */
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
