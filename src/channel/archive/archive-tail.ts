// The tail of a log: the entries that its archive may lack. A search reads the archive and the
// tails at the same time. So the tail also has the entries that were archived in the last seconds.
// Without them the search could miss an entry that is archived while the search runs.
import { charactersOfEntry } from "../../domain/archive";
import { isWithin } from "../../runtime/deadline";
import { type EntryRow, entryColumns, entryOf, type RawEntry } from "../log/entry-row";

/** How long an archived entry belongs to the tail at least. A search reads the archive faster. */
const OVERLAP_MS = 10_000;
/** The most entries and characters of a tail that are read. The newest are read first. */
const TAIL_ENTRIES = 1_000;
const TAIL_CHARACTERS = 200_000;

interface Period {
  /** The time of its first advance. Epoch milliseconds. */
  beganAt: number;
  /** The archive cursor before that advance. */
  from: number;
}

/** Remembers where the archive cursor was some seconds ago, in two periods of `OVERLAP_MS`. */
export class RecentCursor {
  #current: Period | null = null;
  #previous: Period | null = null;

  /** Call this before the cursor advances from a position. */
  advances(from: number, now: number): void {
    if (this.#current && isWithin(OVERLAP_MS, this.#current.beganAt, now)) return;
    this.#previous = this.#current;
    this.#current = { beganAt: now, from };
  }

  /** Returns the position after which the tail begins. `archivedTo`: the cursor as it is. */
  tailAfter(archivedTo: number, now: number): number {
    // A period ends after `OVERLAP_MS`, so an advance in it counts for twice as long.
    const recent = [this.#current, this.#previous].filter(
      (period) => period !== null && isWithin(2 * OVERLAP_MS, period.beganAt, now),
    );
    return Math.max(0, Math.min(archivedTo, ...recent.map((period) => period?.from ?? archivedTo)));
  }
}

export interface Tail {
  /** The sent messages of the tail and the older ones that it edited, in no order. */
  messages: EntryRow[];
  /** Every entry after this position was read. */
  readAfter: number;
}

/**
 * Reads the tail after a position for a reader who may see entries from `since` on. Only the newest
 * entries are read if there are too many.
 */
export function readTail(sql: SqlStorage, after: number, since: number): Tail {
  const start = Math.max(after, since - 1);
  const messages = new Map<number, EntryRow>();
  // Bound: `TAIL_ENTRIES`, as of the other one.
  const edited = new Set<number>();
  let [entries, characters] = [0, 0];
  let readAfter = start;
  const select = `SELECT ${entryColumns} FROM current_entries e`;
  const tail = sql.exec(`${select} WHERE e.seq > ? ORDER BY e.seq DESC LIMIT ?`, start, TAIL_ENTRIES + 1);
  for (const raw of tail.raw<RawEntry>()) {
    const entry = entryOf(raw);
    characters += charactersOfEntry(entry);
    if (entries === TAIL_ENTRIES || (entries > 0 && characters > TAIL_CHARACTERS)) {
      readAfter = entry.seq;
      break;
    }
    entries++;
    if (entry.type === "message.sent") messages.set(entry.seq, entry);
    else if (entry.type === "message.edited" && entry.target !== null && entry.target >= since)
      edited.add(entry.target);
  }
  for (const seq of edited) {
    if (messages.has(seq)) continue;
    for (const raw of sql.exec(`${select} WHERE e.seq = ?`, seq).raw<RawEntry>()) {
      const entry = entryOf(raw);
      characters += charactersOfEntry(entry);
      // The edits that remain may be of any age, so nothing of the tail counts as read.
      if (characters > TAIL_CHARACTERS) return { messages: [...messages.values()], readAfter: Number.MAX_SAFE_INTEGER };
      messages.set(seq, entry);
    }
  }
  return { messages: [...messages.values()], readAfter };
}
