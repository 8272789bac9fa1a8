// Counts what a channel's object writes.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";

export interface WrittenRows {
  rows: Record<string, number>;
  alarms: number;
}

/** Counts every row and alarm that the object writes from this call on. */
export async function countWrites(channel: string): Promise<WrittenRows> {
  const counted: WrittenRows = { rows: {}, alarms: 0 };
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
      const cursor = exec<T>(query, ...bindings);
      const table = /(?:INTO|UPDATE|FROM)\s+(\w+)/.exec(query)?.[1] ?? query;
      if (cursor.rowsWritten > 0) counted.rows[table] = (counted.rows[table] ?? 0) + cursor.rowsWritten;
      return cursor;
    };
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (at, options) => {
      counted.alarms++;
      return setAlarm(at, options);
    };
  });
  return counted;
}

/** Resolves when no alarm is set. */
export const untilIdle = (channel: string) =>
  expect
    .poll(() => runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => storage.getAlarm()), {
      timeout: 20_000,
    })
    .toBeNull();
