// The storage of an object, with a count of what each statement reads and writes, and of each
// alarm.
import { add, armed, countsOf } from "./meter";

const tableIn = (query: string): string => /(?:INTO|UPDATE|FROM|TABLE)\s+(\w+)/.exec(query)?.[1] ?? query;

export function meterStorage({ storage }: DurableObjectState, name: string): void {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
    const cursor = exec<T>(query, ...bindings);
    // A cursor knows its counts once it is read, which always happens before the next await.
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
    throw new TypeError("storage.put is not counted");
  };
}
