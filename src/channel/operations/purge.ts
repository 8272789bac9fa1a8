// Deletes what one person sent lately, with one entry. The part of the log that is searched may be
// very long, so all but the last of it is searched before the turn, in slices. The turn appends the
// entry, which hides all messages at once: see `log/purges.ts`. An entry names at most so many
// threads and replies. A purge of more takes several entries.
import { type RpcResult, succeed, unwrap } from "../../domain/error";
import type { Purge, StoredPurge } from "../../domain/purge";
import { limits } from "../../protocol";
import type { Channel } from "../channel";
import { AUTHOR_SCAN_ENTRIES, positionBefore } from "../log/history";
import { readPurge } from "../log/purge-record";
import type { TurnResult } from "../log/turn";

type PurgeParts = Pick<Channel, "log" | "sql" | "idempotencyKeys" | "alarm" | "now">;

/** What a search found of an author's messages that are not deleted, ascending. */
interface FoundMessages {
  /** The first and the last one; 0 if there is none. */
  first: number;
  last: number;
  count: number;
  /** Those in threads: root by seq. Bound: `purgeReplies`. */
  replies: Map<number, number>;
  /** Bound: `purgeThreads`. */
  roots: Set<number>;
  /** Every entry up to here was searched. */
  searchedTo: number;
  /** Whether the next message does not fit into the same entry. */
  isFull: boolean;
}

/** Purges and returns how many messages were deleted. A repeat returns the same number. */
export async function purge(channel: (PurgeParts & Pick<Channel, "turn">) | null, request: Purge): Promise<number> {
  if (!channel) return 0;
  let count = 0;
  let after = positionBefore(channel.sql, channel.log.head, request.since);
  // The first entry fixes where the purge ends, also for a repeat that comes later.
  let end = Number.MAX_SAFE_INTEGER;
  for (let part = 0; ; part++) {
    const found: FoundMessages = searched(after);
    while (Math.min(end, channel.log.head) - found.searchedTo > AUTHOR_SCAN_ENTRIES && !found.isFull) {
      searchOn(channel.sql, found, request.author, found.searchedTo + AUTHOR_SCAN_ENTRIES);
      // Others are served between two slices.
      await scheduler.wait(0);
    }
    const written = unwrap(
      await channel.turn.enqueueWrite<StoredPurge | null>(0, (reply) =>
        writePart(channel, { ...request, part, end }, found, reply),
      ),
    );
    if (!written) return count;
    count += written.count;
    if (written.through >= written.end) return count;
    ({ through: after, end } = written);
  }
}

/** Appends one entry, unless an earlier request has, or nothing is left to delete. */
function writePart(
  { log, sql, idempotencyKeys, alarm, now }: PurgeParts,
  { id, actor, author, part, end: until }: Purge & { part: number; end: number },
  found: FoundMessages,
  reply: (answer: RpcResult<StoredPurge | null>) => void,
): TurnResult {
  const key = `purge ${id} ${part}`;
  const prior = idempotencyKeys.find(actor, key);
  if (prior !== null) {
    const purged = readPurge(log.priorEntryAt(prior)?.detail ?? null);
    return { events: [], answer: () => reply(succeed(purged)) };
  }
  const last = Math.min(until, log.head);
  if (!found.isFull) searchOn(sql, found, author, last);
  if (found.count === 0) return { events: [], answer: () => reply(succeed(null)) };
  const replies = liveReplies(sql, found);
  const { first: from, last: through, count } = found;
  const end = found.isFull ? last : through;
  const purged: StoredPurge = { author, from, through, roots: [...replies.keys()], count, end };
  idempotencyKeys.put(actor, key, log.head + 1);
  const event = log.purge(purged, replies, { actor, nonce: crypto.randomUUID(), at: log.timeAt(now()) });
  if (log.purges.isCleaning) alarm.arm(now());
  return { events: [event], answer: () => reply(succeed(purged)) };
}

const searched = (position: number): FoundMessages => ({
  ...{ first: 0, last: 0, count: 0, replies: new Map(), roots: new Set(), searchedTo: position, isFull: false },
});

/** Searches on, up to an entry or until an entry of the log could name no more. */
function searchOn(sql: SqlStorage, found: FoundMessages, author: string, to: number): void {
  const rows = sql.exec<{ seq: number; thread: number | null }>(
    `SELECT seq, thread FROM current_entries
       WHERE seq > ? AND seq <= ? AND actor = ? AND type = 'message.sent' AND deleted = 0 ORDER BY seq`,
    ...[found.searchedTo, to, author],
  );
  for (const { seq, thread } of rows) {
    if (thread !== null) {
      const isNew = !found.roots.has(thread);
      found.isFull = found.replies.size === limits.purgeReplies || (isNew && found.roots.size === limits.purgeThreads);
      if (found.isFull) return;
      found.replies.set(seq, thread);
      found.roots.add(thread);
    }
    if (found.count === 0) found.first = seq;
    found.last = seq;
    found.count++;
    found.searchedTo = seq;
  }
  found.searchedTo = Math.max(found.searchedTo, to);
}

/** Returns the replies that were found and are still not deleted, by their root. */
function liveReplies(sql: SqlStorage, { replies }: FoundMessages): Map<number, number[]> {
  const byRoot = new Map<number, number[]>();
  if (replies.size === 0) return byRoot;
  const rows = sql.exec<{ seq: number; thread: number }>(
    "SELECT seq, thread FROM current_entries WHERE deleted = 0 AND seq IN (SELECT value FROM json_each(?))",
    JSON.stringify([...replies.keys()]),
  );
  for (const { seq, thread } of rows.toArray()) byRoot.set(thread, [...(byRoot.get(thread) ?? []), seq]);
  return byRoot;
}
