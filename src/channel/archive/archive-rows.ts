// Reads the entries of the log in the form in which the archive stores them.
import { type ArchivedEntry, charactersOfEntry } from "../../domain/archive";
import { entryColumns, entryOf, type RawEntry } from "../log/entry-row";

const select = `SELECT ${entryColumns} FROM current_entries e`;

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

/** Returns the time of the first entry after a position; null if there is none. */
export function timeAfter(sql: SqlStorage, after: number): number | null {
  const query = "SELECT at FROM entries WHERE seq > ? ORDER BY seq LIMIT 1";
  return sql.exec<{ at: number }>(query, after).toArray()[0]?.at ?? null;
}

/** Returns the entries at these seqs. */
export function entriesAt(sql: SqlStorage, seqs: readonly number[]): ArchivedEntry[] {
  if (seqs.length === 0) return [];
  const values = "SELECT value FROM json_each(?)";
  return [...sql.exec(`${select} WHERE e.seq IN (${values})`, JSON.stringify(seqs)).raw<RawEntry>()].map(entryOf);
}

/**
 * Returns the entries, and after them the messages before them that they edited or deleted. Yields
 * batches of at most `maxChars` characters of text, or of one longer message, and the entries
 * always together.
 */
export function* withChangedMessages(
  sql: SqlStorage,
  entries: readonly ArchivedEntry[],
  maxChars: number,
): Generator<readonly ArchivedEntry[]> {
  const first = entries[0]?.seq ?? 0;
  const targets = entries.flatMap(({ type, target }) => {
    const isChange = type === "message.edited" || type === "message.deleted";
    return isChange && target !== null && target < first ? [target] : [];
  });
  let batch = [...entries];
  let chars = batch.reduce((sum, entry) => sum + charactersOfEntry(entry), 0);
  for (const target of new Set(targets)) {
    for (const entry of entriesAt(sql, [target])) {
      const length = charactersOfEntry(entry);
      if (batch.length > 0 && chars + length > maxChars) {
        yield batch;
        batch = [];
        chars = 0;
      }
      batch.push(entry);
      chars += length;
    }
  }
  if (batch.length > 0) yield batch;
}
