// Counts the rows that the SQL of an object reads and writes, by which the object is billed. The
// count of a cursor is complete only after the cursor was read. So it is added when the next
// statement begins or the sum is read.

/** Work that waits for the next statement of the object, and runs before it. */
export interface Deferral {
  /** Puts work off. It replaces what was put off before, which must be the same work. */
  defer(work: () => void): void;
  /** Runs what was put off. */
  run(): void;
}

export class RowCounter implements Deferral {
  readonly sql: SqlStorage;
  #read = 0;
  #written = 0;
  #open: SqlStorageCursor<Record<string, SqlStorageValue>> | null = null;
  #deferred: (() => void) | null = null;

  constructor(sql: SqlStorage) {
    const exec: SqlStorage["exec"] = (query, ...bindings) => {
      if (this.#deferred !== null) this.run();
      this.#settle();
      const cursor = sql.exec<never>(query, ...bindings);
      this.#open = cursor;
      return cursor;
    };
    this.sql = new Proxy(sql, { get: (target, name) => (name === "exec" ? exec : Reflect.get(target, name)) });
  }

  defer(work: () => void): void {
    this.#deferred = work;
  }

  run(): void {
    const work = this.#deferred;
    this.#deferred = null;
    work?.();
  }

  get read(): number {
    this.#settle();
    return this.#read;
  }

  get written(): number {
    this.#settle();
    return this.#written;
  }

  #settle(): void {
    if (!this.#open) return;
    this.#read += this.#open.rowsRead;
    this.#written += this.#open.rowsWritten;
    this.#open = null;
  }
}
