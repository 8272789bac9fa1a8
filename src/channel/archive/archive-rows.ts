// Reads the entries of the log in the form in which the archive stores them.
import { type ArchivedEntry, charactersOfEntry } from "../../domain/archive";
import { entryColumns, entryOf, type RawEntry } from "../log/entry-row";

const select = `SELECT ${entryColumns} FROM entries e`;

/**
 * Returns the entries after a position, ascending: at most `limit`, and at most `maxChars`
 * characters of text, unless the first entry alone is longer.
 */
export function entriesAfter(sql: SqlStorage, after: number, limit: number, maxChars: number): ArchivedEntry[] {
  const entries: ArchivedEntry[] = [];
  let chars = 0;
  for (const raw of sql.exec(`${select} WHERE e.seq > ? ORDER BY e.seq LIMIT ?`, after, limit).raw<RawEntry>()) {
    const entry = entryOf(raw);
    chars += charactersOfEntry(entry);
    if (entries.length > 0 && chars > maxChars) break;
    entries.push(entry);
  }
  return entries;
}

/** Returns the entries at these seqs. */
export function entriesAt(sql: SqlStorage, seqs: readonly number[]): ArchivedEntry[] {
  if (seqs.length === 0) return [];
  const values = "SELECT value FROM json_each(?)";
  return [...sql.exec(`${select} WHERE e.seq IN (${values})`, JSON.stringify(seqs)).raw<RawEntry>()].map(entryOf);
}
