// Counts the rows that the SQL of an object reads and writes, by which the object is billed. The
// count of a cursor is complete only after the cursor was read. So it is added when the next
// statement begins or the sum is read.
export class RowCounter {
  readonly sql: SqlStorage;
  #read = 0;
  #written = 0;
  #open: SqlStorageCursor<Record<string, SqlStorageValue>> | null = null;

  constructor(sql: SqlStorage) {
    const exec: SqlStorage["exec"] = (query, ...bindings) => {
      this.#settle();
      const cursor = sql.exec<never>(query, ...bindings);
      this.#open = cursor;
      return cursor;
    };
    this.sql = new Proxy(sql, { get: (target, name) => (name === "exec" ? exec : Reflect.get(target, name)) });
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
