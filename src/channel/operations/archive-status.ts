// Reports to the operator how far this channel is archived and whether the archive equals the log.

import { isSameEntry } from "../../domain/archive";
import type { ChannelState } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
import type { ArchiveReport } from "../../protocol";
import { entriesAt } from "../archive/archive-rows";
import type { Channel } from "../channel";
import { countMessages } from "../log/history";

/** The most archived rows of one page of a comparison. */
const PAGE_ROWS = tuning.resumePageEntries;

export async function channelState({
  log,
  checkpoint,
  usage,
  archiver,
  sql,
  storageGauge,
}: Pick<Channel, "log" | "checkpoint" | "usage" | "archiver" | "sql" | "storageGauge">): Promise<ChannelState> {
  // The archive cursor is saved rarely, so it may be too low after the object woke.
  await archiver.drain();
  return {
    head: log.head,
    messages: countMessages(sql),
    archived: Math.max(0, checkpoint.archivedTo),
    bytes: storageGauge.size,
    usage: usage.total,
  };
}

/**
 * Compares one page of the archive with the log, by meaning. `after`: the place of the last row of
 * the previous page.
 */
export async function compareArchive(
  { log, checkpoint, archiver, sql, archive }: Pick<Channel, "log" | "checkpoint" | "archiver" | "sql" | "archive">,
  after: number,
): Promise<ArchiveReport> {
  // As in `channelState`, and only once for all pages.
  if (after === 0) await archiver.drain();
  const archived = Math.max(0, checkpoint.archivedTo);
  const rows = await archive().list(archiver.shard, log.header.channel, after, PAGE_ROWS);
  const inLog = new Map(
    entriesAt(
      sql,
      rows.map(({ seq }) => seq),
    ).map((entry) => [entry.seq, entry]),
  );
  const report = { head: log.head, archived, same: 0, different: 0, foreign: 0 };
  for (const { seq, entry } of rows) {
    const logged = inLog.get(seq);
    if (!logged) report.foreign++;
    else if (entry && isSameEntry(logged, entry)) report.same++;
    else report.different++;
  }
  // Only an empty page is the last: a page of long entries has fewer rows.
  return { ...report, next: rows.at(-1)?.place ?? null };
}
