// What somebody began to write, as this browser keeps it: per account and place, so that it survives reloads, dead batteries and
// sessions that ended. Pure but for the storage it is handed.

/** Where something is written: on a channel, or in one of its threads. */
export interface DraftTarget {
  channel: string;
  thread: number | null;
}

export interface StoredDraft {
  text: string;
  replyTo: number | null;
  /** When it was written, by this device's clock. */
  at: number;
  /** Whether the server has had time to hear of it. */
  isShared: boolean;
}

const PREFIX = "parley.draft.";

export const prefixOf = (me: string): string => `${PREFIX}${me}.`;

export const keyOf = (me: string, { channel, thread }: DraftTarget): string =>
  `${prefixOf(me)}${channel}${thread === null ? "" : `.t${thread}`}`;

/** The place a key stands for; null where it is not one of that person's. */
export function placeOf(me: string, key: string): DraftTarget | null {
  if (!key.startsWith(prefixOf(me))) return null;
  const [, channel, thread] = /^(c_[0-9a-z]+)(?:\.t(\d+))?$/.exec(key.slice(prefixOf(me).length)) ?? [];
  return channel === undefined ? null : { channel, thread: thread === undefined ? null : Number(thread) };
}

const isKept = (value: unknown): value is StoredDraft =>
  typeof value === "object" &&
  value !== null &&
  "text" in value &&
  typeof value.text === "string" &&
  "at" in value &&
  typeof value.at === "number";

/** What stands in the storage; a plain text is a draft of an earlier version of the page. */
export function readStoredDraft(stored: string): StoredDraft | null {
  if (stored === "") return null;
  try {
    const value: unknown = JSON.parse(stored);
    if (isKept(value)) return { ...value, replyTo: value.replyTo ?? null, isShared: value.isShared === true };
  } catch {
    // Not JSON: a text.
  }
  return { text: stored, replyTo: null, at: 0, isShared: false };
}

/**
 * Which of two drafts of one place holds, at the moment both are known: the newer one. Where the server has none, one it has
 * heard of was sent or given up elsewhere.
 */
export function mergeDrafts(kept: StoredDraft, served: { at: number } | null): "kept" | "served" {
  if (served === null) return kept.isShared || kept.text === "" ? "served" : "kept";
  return !kept.isShared && kept.at > served.at ? "kept" : "served";
}
