// Loads what the rows of one answer point to: targets, quotes and annotations. Each is loaded once
// per answer.
import { type Annotations, noAnnotations } from "../../domain/annotations";
import { charactersOfEntry } from "../../domain/archive";
import type { StoredBody } from "../../domain/message";
import { attachmentsField, limits, previewOf, previewSource, type Quote } from "../../protocol";
import { AnnotationRows } from "./annotation-rows";
import { type EntryRow, entryColumns, entryOf, type RawEntry } from "./entry-row";
import { attachmentsIn } from "./parts-column";

/**
 * The characters of text that are kept. A page of reactions may point to a thousand long messages.
 */
const MESSAGES_CHARS = 1_000_000;

type BodyState = Pick<StoredBody, "state" | "version">;

const missing = (seq: number) => new TypeError(`another entry refers to entry ${seq}, which is missing`);

export class EntryReferences {
  readonly #sql: SqlStorage;
  readonly #annotationRows: AnnotationRows;
  /** Bound: `MESSAGES_CHARS`, and one more message. The maps live as long as one answer. */
  readonly #messages = new Map<number, EntryRow>();
  /** Bound: the entries of one answer, about 100 bytes each. */
  readonly #states = new Map<number, BodyState>();
  /** Bound: the entries of one answer, with a preview each. */
  readonly #quotes = new Map<number, Quote | null>();
  /** Bound: the entries of one answer. */
  readonly #annotations = new Map<number, Annotations>();
  #messageChars = 0;
  // The annotations of these messages are loaded. A message without an entry in `#annotations` has
  // none.
  #first = 1;
  #last = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#annotationRows = new AnnotationRows(sql);
  }

  /** The characters of text of the messages that are kept. */
  get keptChars(): number {
    return this.#messageChars;
  }

  /** Loads the annotations of a range of messages with one query. */
  preloadAnnotations(first: number, last: number): void {
    // Replies of one thread may be far apart. The annotations of everything between them are not
    // read.
    if (last - first > 4 * limits.pageMax) return;
    const { loaded, until } = this.#annotationRows.between(first, last);
    for (const [seq, annotations] of loaded) this.#annotations.set(seq, annotations);
    this.#first = first;
    this.#last = until;
  }

  /**
   * Returns the message that an entry points to. Throws if it is missing, which is a fault of the
   * log.
   */
  message(seq: number): EntryRow {
    return memoise(this.#messages, seq, () => {
      const entry = this.#load(seq);
      if (this.#messageChars > MESSAGES_CHARS) {
        this.#messages.clear();
        this.#messageChars = 0;
      }
      this.#messageChars += charactersOfEntry(entry);
      return entry;
    });
  }

  /**
   * Returns the state of that message without its parts. A page of reactions may point to many long
   * messages.
   */
  stateOf(seq: number): BodyState {
    return memoise(this.#states, seq, () => {
      const [row] = this.#sql
        .exec<{ deleted: number; version: number }>("SELECT deleted, version FROM current_entries WHERE seq = ?", seq)
        .toArray();
      if (!row) throw missing(seq);
      return { state: row.deleted === 1 ? "deleted" : "live", version: row.version };
    });
  }

  #load(seq: number): EntryRow {
    const rows = this.#sql.exec(`SELECT ${entryColumns} FROM current_entries e WHERE e.seq = ?`, seq).raw<RawEntry>();
    for (const raw of rows) return entryOf(raw);
    throw missing(seq);
  }

  /** Returns the short form of a quoted message. Reads only the beginning of its body. */
  quote(seq: number | null): Quote | null {
    if (seq === null) return null;
    return memoise(this.#quotes, seq, () => {
      const [quoted] = this.#sql
        .exec<{ author: string; deleted: number; start: string | null; parts: string | null }>(
          "SELECT actor AS author, deleted, substr(body, 1, ?) AS start, parts FROM current_entries WHERE seq = ?",
          ...[previewSource(), seq],
        )
        .toArray();
      if (!quoted) return null;
      const { author, deleted, start, parts } = quoted;
      if (deleted === 1) return { seq, author, state: "deleted", preview: null };
      const attachments = attachmentsField(attachmentsIn(parts));
      return { seq, author, state: "live", preview: previewOf(start ?? ""), ...attachments };
    });
  }

  annotations(seq: number): Annotations {
    if (seq >= this.#first && seq <= this.#last) return this.#annotations.get(seq) ?? noAnnotations;
    return memoise(this.#annotations, seq, () => this.#annotationRows.get(seq));
  }
}

function memoise<T>(known: Map<number, T>, seq: number, load: () => T): T {
  const found = known.get(seq);
  if (found !== undefined) return found;
  const value = load();
  known.set(seq, value);
  return value;
}
