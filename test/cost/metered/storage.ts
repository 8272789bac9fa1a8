// The storage of an object, asked what each statement read and wrote, and how often an alarm was armed.
import { add, armed, countsOf } from "./meter";

const tableIn = (query: string): string => /(?:INTO|UPDATE|FROM|TABLE)\s+(\w+)/.exec(query)?.[1] ?? query;

export function meterStorage({ storage }: DurableObjectState, name: string): void {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
    const cursor = exec<T>(query, ...bindings);
    // A cursor knows its reads when it has been read, which none is after an await.
    queueMicrotask(() => {
      const counts = countsOf(name);
      counts.read += cursor.rowsRead;
      add(counts.written, tableIn(query), cursor.rowsWritten);
    });
    return cursor;
  };
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (at, options) => {
    armed(name, Number(at) - Date.now());
    return setAlarm(at, options);
  };
  storage.put = () => {
    throw new TypeError("a row that nobody counts");
  };
}
