// The rows of the log as the archive takes them.
import type { ArchivedEntry } from "../domain/archive";
import type { EntryType } from "../domain/log";

const columns = `seq, type, actor, nonce, at, target, thread, reply_to AS "replyTo", version, changed_at AS "changedAt", deleted, mentions, detail, body`;

type Row = Omit<ArchivedEntry, "isDeleted" | "type"> & { type: EntryType; deleted: number };

const entryOf = ({ deleted, ...row }: Row): ArchivedEntry => ({ ...row, isDeleted: deleted === 1 });

/** Entries after a position, ascending: at most so many, and (but for the first) so many characters of text. */
export function entriesAfter(sql: SqlStorage, after: number, limit: number, characters: number): ArchivedEntry[] {
  const entries: ArchivedEntry[] = [];
  let taken = 0;
  for (const row of sql.exec<Row>(`SELECT ${columns} FROM entries WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)) {
    taken += row.body?.length ?? 0;
    if (entries.length > 0 && taken > characters) break;
    entries.push(entryOf(row));
  }
  return entries;
}

export function entriesAt(sql: SqlStorage, seqs: readonly (number | null)[]): ArchivedEntry[] {
  if (seqs.length === 0) return [];
  const named = "SELECT value FROM json_each(?)";
  return sql
    .exec<Row>(`SELECT ${columns} FROM entries WHERE seq IN (${named})`, JSON.stringify(seqs))
    .toArray()
    .map(entryOf);
}
