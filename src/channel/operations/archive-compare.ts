// Holding the archive against the log, a page of rows at a time: for an operator who wants to know.
import type { ArchivedEntry } from "../../domain/archive";
import { tuning } from "../../domain/tuning";
import type { ArchiveReport } from "../../protocol";
import { entriesAt } from "../archive/archive-rows";
import type { Channel } from "../channel";

/** Rows of one page. */
const COMPARED = tuning.resumePageEntries;

/** `after`: the place of the last row of the page before. */
export async function compareArchive(channel: Channel, after: number): Promise<ArchiveReport> {
  const { log, checkpoint, archiver, sql } = channel;
  // The cursor is saved rarely: an object that has just woken may think that it is behind.
  if (after === 0) await archiver.drain();
  const archived = Math.max(0, checkpoint.archived);
  const rows = await channel.archive().list(archiver.shard, log.header.channel, after, COMPARED);
  const known = new Map(
    entriesAt(
      sql,
      rows.map(({ seq }) => seq),
    ).map((entry) => [entry.seq, entry]),
  );
  const report = { head: log.head, archived, same: 0, different: 0, foreign: 0 };
  for (const { seq, entry } of rows) {
    const mine = known.get(seq);
    if (!mine) report.foreign++;
    else if (entry && isSame(mine, entry)) report.same++;
    else report.different++;
  }
  const next = rows.length < COMPARED ? null : (rows.at(-1)?.place ?? null);
  return { ...report, next };
}

/** The order of the fields is that in which the log's row was sealed. */
const isSame = (one: ArchivedEntry, other: ArchivedEntry): boolean => JSON.stringify(one) === JSON.stringify(other);
