// Holding the archive against the log, a page of rows at a time: for an operator who wants to know.
import type { ArchivedEntry } from "../domain/archive";
import type { ArchiveReport } from "../protocol";
import { entriesAt } from "./archive-rows";
import { COMPARED } from "./archiving";
import type { Channel } from "./channel";

/** `after`: the place of the last row of the page before. */
export async function compareArchive(channel: Channel, after: number): Promise<ArchiveReport> {
  const { log, standing, archiving, sql } = channel;
  const archive = channel.archive();
  // The cursor is saved rarely: an object that has just woken may think that it is behind.
  if (after === 0) await archiving.drain();
  const archived = Math.max(0, standing.archived);
  const shard = log.archiveIn(() => archive.choose(log.header.channel));
  const rows = await archive.list(shard, log.header.channel, after, COMPARED);
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
