// The rows of the log as the archive takes them.
import type { ArchivedEntry } from "../../domain/archive";
import { entryColumns, entryOf, type RawEntry } from "../log/entry-row";

const select = `SELECT ${entryColumns} FROM entries e`;

/** Entries after a position, ascending: at most so many, and (but for the first) so many characters of text. */
export function entriesAfter(sql: SqlStorage, after: number, limit: number, characters: number): ArchivedEntry[] {
  const entries: ArchivedEntry[] = [];
  let taken = 0;
  for (const raw of sql.exec(`${select} WHERE e.seq > ? ORDER BY e.seq LIMIT ?`, after, limit).raw<RawEntry>()) {
    const entry = entryOf(raw);
    taken += entry.body?.length ?? 0;
    if (entries.length > 0 && taken > characters) break;
    entries.push(entry);
  }
  return entries;
}

export function entriesAt(sql: SqlStorage, seqs: readonly number[]): ArchivedEntry[] {
  if (seqs.length === 0) return [];
  const named = "SELECT value FROM json_each(?)";
  return [...sql.exec(`${select} WHERE e.seq IN (${named})`, JSON.stringify(seqs)).raw<RawEntry>()].map(entryOf);
}
