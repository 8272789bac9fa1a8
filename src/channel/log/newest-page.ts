// Reads the newest page of a channel as the JSON of its messages, which a device asks for when it
// opens the channel. Nearly always all of them are plain messages without annotations: then SQLite
// writes their JSON, as it does for missed events. Any other page takes the way of `history.ts`.
import { TO_CHANNEL } from "../../domain/log";
import { tuning } from "../../domain/tuning";
import { type EntrySource, entrySource, isPlain } from "./entry-row";

/** The newest messages of a channel, ascending. */
export interface NewestPage {
  /** JSON, separated by commas. */
  messages: string;
  /** Whether there are messages before the first. */
  moreBefore: boolean;
  /** The characters of their texts, by which the page is charged. Escapes count as they are. */
  characters: number;
}

/** A plain message, as `encodeFrame` writes it. */
const plainMessage = `json_object('seq', e.seq, 'author', e.actor, 'nonce', e.nonce, 'at', e.at,
  'body', json_object('state', 'live', 'text', e.body, 'version', e.seq))`;

/** Returns the seq of the first of messages as JSON. */
export const seqOfFirst = (messages: string): number => Number.parseInt(messages.slice('{"seq":'.length), 10);

/** The characters of a plain message besides its text, for the shortest ids. */
const PLAIN_OVERHEAD = JSON.stringify({
  ...{ seq: 1, author: "u_0", nonce: "00000000-0000-4000-8000-000000000000", at: 1_700_000_000_000 },
  body: { state: "live", text: "", version: 1 },
}).length;

const newestIn = (
  source: EntrySource,
) => `SELECT CASE WHEN ${isPlain} AND NOT EXISTS (SELECT 1 FROM aspects a WHERE a.seq = e.seq)
    THEN ${plainMessage} END
  FROM ${source} e
  WHERE e.type = 'message.sent' AND (e.thread IS NULL OR e.detail = '${TO_CHANNEL}') AND e.seq >= ?
  ORDER BY e.seq DESC LIMIT ?`;
/** Bound: constant. */
const newest = { entries: newestIn("entries"), current_entries: newestIn("current_entries") };

/**
 * Returns the newest `limit` messages outside of threads, for a reader who may see the log from
 * `since` on. Null if one of them is not plain, or if they are more than a page holds.
 */
export function readNewestPage(sql: SqlStorage, since: number, limit: number): NewestPage | null {
  let messages = "";
  let count = 0;
  let isAllPlain = true;
  for (const [message] of sql.exec(newest[entrySource(sql)], since, limit + 1).raw<[message: string | null]>()) {
    // Reads to the end, so that the runtime can use the prepared statement again.
    if (++count > limit || !isAllPlain) continue;
    if (message === null) {
      isAllPlain = false;
      continue;
    }
    // The rest may be megabytes.
    if (messages.length + message.length > tuning.resumePageBytes) return null;
    messages = count === 1 ? message : `${message},${messages}`;
  }
  if (!isAllPlain) return null;
  const characters = Math.max(0, messages.length - Math.min(count, limit) * PLAIN_OVERHEAD);
  return { messages, moreBefore: count > limit, characters };
}
