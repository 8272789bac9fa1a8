// What the rows of one answer point to, each looked up once.
import { type Annotations, noAnnotations } from "../../domain/annotations";
import { limits, previewOf, type Quote } from "../../protocol";
import { AnnotationRows } from "./annotation-rows";
import { type EntryRow, entryColumns, entryOf, type RawEntry } from "./entry-row";

export class EntryReferences {
  readonly #sql: SqlStorage;
  readonly #rows: AnnotationRows;
  readonly #messages = new Map<number, EntryRow>();
  readonly #quotes = new Map<number, Quote | null>();
  readonly #aspects = new Map<number, Annotations>();
  /** Messages in this range have no aspects but those that are known. */
  #first = 1;
  #last = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#rows = new AnnotationRows(sql);
  }

  /** Looks up at once what gathers around all messages of a range. */
  expect(first: number, last: number): void {
    // Replies of one thread may stand far apart, and what lies between them is nobody's business.
    if (last - first > 4 * limits.pageMax) return;
    for (const [seq, annotations] of this.#rows.between(first, last)) this.#aspects.set(seq, annotations);
    this.#first = first;
    this.#last = last;
  }

  /** What an entry is about. */
  message(seq: number): EntryRow {
    return remember(this.#messages, seq, () => {
      const query = `SELECT ${entryColumns} FROM entries e WHERE e.seq = ?`;
      for (const raw of this.#sql.exec(query, seq).raw<RawEntry>()) return entryOf(raw);
      throw new TypeError(`entry ${seq} is pointed to and is not there`);
    });
  }

  /** A message as it is quoted: only its beginning is read. */
  quote(seq: number | null): Quote | null {
    if (seq === null) return null;
    return remember(this.#quotes, seq, () => {
      const [quoted] = this.#sql
        .exec<{ author: string; deleted: number; start: string | null }>(
          "SELECT actor AS author, deleted, substr(body, 1, ?) AS start FROM entries WHERE seq = ?",
          ...[limits.previewCodePoints * 4, seq],
        )
        .toArray();
      if (!quoted) return null;
      return { seq, author: quoted.author, preview: quoted.deleted ? null : previewOf(quoted.start ?? "") };
    });
  }

  annotations(seq: number): Annotations {
    if (seq >= this.#first && seq <= this.#last) return this.#aspects.get(seq) ?? noAnnotations;
    return remember(this.#aspects, seq, () => this.#rows.get(seq));
  }
}

function remember<T>(known: Map<number, T>, seq: number, look: () => T): T {
  const found = known.get(seq);
  if (found !== undefined) return found;
  const value = look();
  known.set(seq, value);
  return value;
}
