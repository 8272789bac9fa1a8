// Drafts as the browser's storage keeps them, by account and channel or thread. They survive
// reloads, empty batteries and ended sessions. The functions are pure.

/** Where a draft is written: a channel, or one of its threads. */
export interface DraftTarget {
  channel: string;
  thread: number | null;
}

export interface StoredDraft {
  /** Empty for a draft that was sent or discarded, until the server knows. */
  text: string;
  replyTo: number | null;
  /** When it was written, by this device's clock. */
  at: number;
  /** Whether the server has it. */
  isShared: boolean;
}

const PREFIX = "parley.draft.";

export const prefixOf = (me: string): string => `${PREFIX}${me}.`;

export const keyOf = (me: string, { channel, thread }: DraftTarget): string =>
  `${prefixOf(me)}${channel}${thread === null ? "" : `.t${thread}`}`;

/** Returns the channel or thread of a storage key; null for a key of another person. */
export function placeOf(me: string, key: string): DraftTarget | null {
  if (!key.startsWith(prefixOf(me))) return null;
  const [, channel, thread] = /^(c_[0-9a-z]+)(?:\.t(\d+))?$/.exec(key.slice(prefixOf(me).length)) ?? [];
  return channel === undefined ? null : { channel, thread: thread === undefined ? null : Number(thread) };
}

const isStoredDraft = (value: unknown): value is StoredDraft =>
  typeof value === "object" &&
  value !== null &&
  "text" in value &&
  typeof value.text === "string" &&
  "at" in value &&
  typeof value.at === "number";

/** Reads a stored draft. Plain text is a draft of an earlier version of the page. */
export function readStoredDraft(stored: string): StoredDraft | null {
  if (stored === "") return null;
  try {
    const value: unknown = JSON.parse(stored);
    if (isStoredDraft(value)) return { ...value, replyTo: value.replyTo ?? null, isShared: value.isShared === true };
  } catch {
    // Not JSON: plain text.
  }
  return { text: stored, replyTo: null, at: 0, isShared: false };
}
