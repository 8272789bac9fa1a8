// Searches the entries that the archive of a channel may lack, as one member may see them.
import { byPosition, isBehind } from "../../domain/hit-position";
import { hitOf, type TailAnswer, type TailQuery } from "../../domain/search-hit";
import type { SearchHit } from "../../protocol";
import { readTail } from "../archive/archive-tail";
import type { Channel } from "../channel";
import type { EntryRow } from "../log/entry-row";

type TailParts = Pick<Channel, "sql" | "log" | "roster" | "archiver" | "checkpoint" | "now">;

export function searchTail(channel: TailParts, user: string, { filter, position, limit }: TailQuery): TailAnswer {
  const { log, roster, archiver, checkpoint, now } = channel;
  const id = log.header.channel;
  const { until = Number.POSITIVE_INFINITY } = roster.member(user);
  const { messages: all, readAfter } = readTail(
    channel.sql,
    archiver.recentCursor.tailAfter(checkpoint.archivedTo, now()),
    roster.member(user).since,
  );
  // A member who blocks the other person finds nothing that was written or edited since.
  const messages = all.filter((entry) => entry.seq <= until && (entry.body?.version ?? 0) <= until);
  const hits: SearchHit[] = [];
  let hasMore = false;
  const positioned = messages.map((entry) => ({ at: entry.at, channel: id, seq: entry.seq, entry }));
  for (const { entry } of positioned.filter((place) => isBehind(place, position)).sort(byPosition)) {
    const hit = hitOf(id, { ...entry, author: entry.actor, parts: partsOf(entry) }, filter);
    hasMore = hit !== null && hits.length === limit;
    if (hasMore) break;
    if (hit) hits.push(hit);
  }
  // Before its first rebuild step the cursor is negative: the archive then has nothing.
  return { hits, hasMore, isWhole: readAfter <= Math.max(0, checkpoint.archivedTo, roster.member(user).since - 1) };
}

const partsOf = ({ body }: EntryRow) => (body?.state === "live" ? body : null);
