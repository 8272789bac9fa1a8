// Writes the plain messages of a turn: those that point to nothing, mention nobody and have no
// attachments. Nearly every entry is one, and a statement for each costs more than its row. So the
// rows of a turn wait until its transaction ends or another statement runs, whichever is first, and
// are written many at a time. No statement can see the log without them.
import type { Deferral } from "../../runtime/row-counter";

interface PlainRow {
  seq: number;
  actor: string;
  nonce: string;
  /** Epoch milliseconds. */
  at: number;
  text: string;
}

/** How many rows a statement writes. It has at most 100 bound values, and five for each row. */
const SIZES = [16, 4, 1] as const;

export class PlainRows {
  /** Whether rows may wait, because a transaction is under way. */
  #mayWait = false;
  /** Bound: the rows of one turn, which has at most `turnCommands` commands. */
  #waiting: PlainRow[] = [];

  constructor(
    private readonly sql: SqlStorage,
    private readonly deferral: Deferral,
  ) {}

  /** Call this when a transaction begins. */
  begin(): void {
    this.#mayWait = true;
  }

  /** Writes what waits. Call this inside of the transaction, at its end. */
  end(): void {
    this.#mayWait = false;
    this.deferral.run();
  }

  /** Call this when a transaction has failed. */
  abandon(): void {
    this.#mayWait = false;
    this.#waiting = [];
    this.deferral.run();
  }

  put(row: PlainRow): void {
    this.#waiting.push(row);
    if (this.#mayWait) this.deferral.defer(this.#store);
    else this.#store();
  }

  readonly #store = (): void => {
    const rows = this.#waiting;
    this.#waiting = [];
    let from = 0;
    for (const size of SIZES) {
      for (; rows.length - from >= size; from += size) this.#insert(size, rows.slice(from, from + size));
    }
  };

  #insert(size: (typeof SIZES)[number], rows: readonly PlainRow[]): void {
    const values: (string | number)[] = [];
    for (const { seq, actor, nonce, at, text } of rows) values.push(seq, actor, nonce, at, text);
    this.sql.exec(inserts[size], ...values);
  }
}

/** Returns the values of row `index`. A new message has the version and the time of its entry. */
const rowAt = (index: number): string => {
  const [seq, actor, nonce, at, text] = [1, 2, 3, 4, 5].map((place) => `?${5 * index + place}`);
  return `(${seq}, 'message.sent', ${actor}, ${nonce}, ${at}, ${seq}, ${at}, ${text})`;
};

const insertOf = (size: number): string =>
  `INSERT INTO entries (seq, type, actor, nonce, at, version, changed_at, body)
     VALUES ${Array.from({ length: size }, (_, index) => rowAt(index)).join(", ")}`;

const inserts = { 16: insertOf(16), 4: insertOf(4), 1: insertOf(1) } as const;
