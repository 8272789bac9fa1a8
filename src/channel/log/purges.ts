// Purges: one entry deletes the messages of an author in a range of the log. Its turn is bounded,
// however many there are. The range is stored, and from then on every reader sees its messages as
// deleted, because `current_entries` does. In the same turn the pins and the summaries of threads
// change, which belong to other rows. The texts, earlier versions, reactions and files are removed
// in slices, the first one in the same turn, the others by the alarm (`purge-cleaner.ts`). A crash
// loses none: a range stays stored until all of it is cleaned and the archive has it.
import type { ArchivedEntry } from "../../domain/archive";
import type { StoredPurge } from "../../domain/purge";
import type { AnnotationRows } from "./annotation-rows";
import { entryColumns, entryOf, type RawEntry } from "./entry-row";
import { AUTHOR_SCAN_ENTRIES } from "./history";
import type { LogWriter, Stamp } from "./writer";

/** The most messages that one slice cleans. */
const SLICE_MESSAGES = 200;

/** A range of an author's messages that an entry has purged. */
type PurgedRange = {
  author: string;
  first: number;
  last: number;
  /** The entry and its time. */
  seq: number;
  at: number;
  /** Up to here nothing is left of the messages, here and in the archive. */
  cleanedTo: number;
  archivedTo: number;
};

const select = `SELECT author, first, last, seq, at, cleaned_to AS "cleanedTo", archived_to AS "archivedTo"
  FROM purged_ranges`;

export class Purges {
  constructor(
    private readonly sql: SqlStorage,
    private readonly annotations: AnnotationRows,
    private readonly writer: LogWriter,
  ) {}

  /** Whether messages are left to be cleaned. */
  get isCleaning(): boolean {
    return this.sql.exec("SELECT 1 FROM purged_ranges WHERE cleaned_to < last LIMIT 1").toArray().length > 0;
  }

  /** Whether the archive lacks the deletion of messages that are clean. */
  get isArchiving(): boolean {
    return this.sql.exec("SELECT 1 FROM purged_ranges WHERE archived_to < cleaned_to LIMIT 1").toArray().length > 0;
  }

  /** Stores an entry and hides its messages. `replies`: those of them that are in threads. */
  write(purge: StoredPurge, replies: ReadonlyMap<number, readonly number[]>, stamp: Stamp, seq: number): void {
    this.writer.writePurge(purge, stamp, seq);
    const { author, from, through } = purge;
    // Before anything is read again, so that it is read without the hidden messages.
    for (const [first, last] of this.#gapsIn(author, from, through)) {
      this.sql.exec(
        `INSERT INTO purged_ranges (author, first, last, seq, at, cleaned_to, archived_to)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ...[author, first, last, seq, stamp.at, first - 1, first - 1],
      );
    }
    for (const [root, gone] of replies) this.writer.removeReplies(root, gone, seq);
    const pinned = this.sql.exec<{ seq: number }>(
      `SELECT a.seq FROM aspects a JOIN entries e ON e.seq = a.seq
         WHERE a.pinned = 1 AND a.seq BETWEEN ? AND ? AND e.actor = ?`,
      ...[from, through, author],
    );
    for (const { seq: message } of pinned.toArray()) this.annotations.clearDeleted(message, seq);
    this.clean();
  }

  /**
   * Removes what is left of one slice of the hidden messages. Call it inside of a transaction.
   * Returns whether more are left.
   */
  clean(): boolean {
    const range = this.#first("WHERE cleaned_to < last ORDER BY seq LIMIT 1");
    if (!range) return false;
    const { author, first, last, seq, at, cleanedTo } = range;
    const end = Math.min(last, cleanedTo + AUTHOR_SCAN_ENTRIES);
    const messages = this.sql
      .exec<{ seq: number }>(
        `SELECT seq FROM entries WHERE seq > ? AND seq <= ? AND actor = ? AND type = 'message.sent' AND deleted = 0
           ORDER BY seq LIMIT ?`,
        ...[cleanedTo, end, author, SLICE_MESSAGES],
      )
      .toArray();
    for (const message of messages) this.writer.erasePurged(message.seq, seq, at);
    const isFull = messages.length === SLICE_MESSAGES;
    const next = isFull ? (messages.at(-1)?.seq ?? end) : end;
    this.sql.exec("UPDATE purged_ranges SET cleaned_to = ? WHERE author = ? AND first = ?", next, author, first);
    return this.isCleaning;
  }

  /**
   * Returns cleaned messages whose deletion the archive lacks, at most `limit`; null if there is no
   * range. `archived` records that the archive has them.
   */
  unarchived(limit: number): { messages: ArchivedEntry[]; archived(): void } | null {
    const range = this.#first("WHERE archived_to < cleaned_to ORDER BY seq LIMIT 1");
    if (!range) return null;
    const { author, first, last, seq, cleanedTo, archivedTo } = range;
    const end = Math.min(cleanedTo, archivedTo + AUTHOR_SCAN_ENTRIES);
    const rows = this.sql
      .exec(
        `SELECT ${entryColumns} FROM entries e WHERE e.seq > ? AND e.seq <= ? AND e.actor = ?
           AND e.type = 'message.sent' AND e.version = ? ORDER BY e.seq LIMIT ?`,
        ...[archivedTo, end, author, seq, limit],
      )
      .raw<RawEntry>();
    const messages = [...rows].map(entryOf);
    const next = messages.length === limit ? (messages.at(-1)?.seq ?? end) : end;
    const archived = () => {
      if (next >= last) this.sql.exec("DELETE FROM purged_ranges WHERE author = ? AND first = ?", author, first);
      else
        this.sql.exec("UPDATE purged_ranges SET archived_to = ? WHERE author = ? AND first = ?", next, author, first);
    };
    return { messages, archived };
  }

  #first(rest: string): PurgedRange | undefined {
    return this.sql.exec<PurgedRange>(`${select} ${rest}`).toArray()[0];
  }

  /** Returns the parts of a range that no stored range of the author covers. */
  #gapsIn(author: string, from: number, through: number): [first: number, last: number][] {
    const stored = this.sql.exec<PurgedRange>(
      `${select} WHERE author = ? AND first <= ? AND last >= ? ORDER BY first`,
      ...[author, through, from],
    );
    const gaps: [number, number][] = [];
    let next = from;
    for (const { first, last } of stored.toArray()) {
      if (next < first) gaps.push([next, first - 1]);
      next = Math.max(next, last + 1);
    }
    if (next <= through) gaps.push([next, through]);
    return gaps;
  }
}
