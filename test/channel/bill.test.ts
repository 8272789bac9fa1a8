// What the channel's object writes, counted: rows are the bill.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

interface Meter {
  rows: Record<string, number>;
  alarms: number;
}

/** Counts every row and alarm the object writes from here on. */
async function meter(channel: string): Promise<Meter> {
  const counted: Meter = { rows: {}, alarms: 0 };
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

test("1,000 messages cost 1,000 rows before their acknowledgement, and little after", async () => {
  const { channel, a, b, epoch } = await openPair();
  const counted = await meter(channel);
  for (let i = 0; i < 1_000; i++) a.send({ type: "message.send", ...composedAt(epoch, 0), text: `line ${i}` });
  await a.event(1_000);
  await b.event(1_000);
  expect(counted.rows).toEqual({ entries: 1_000 });
  expect(counted.alarms).toBeLessThanOrEqual(10);
  // Two quiet minutes: every alarm that is due rings, until none is left.
  let rings = 0;
  while (await runDurableObjectAlarm(env.CHANNELS.getByName(channel))) {
    if (++rings > 20) throw new Error("the alarm never rests");
  }
  const { entries, ...rest } = counted.rows;
  expect(entries).toBe(1_000);
  const after = Object.values(rest).reduce((sum, rows) => sum + rows, 0) + counted.alarms;
  console.log(
    `1,000 sends: ${entries} rows before the ack; alarms ${counted.alarms}; afterwards ${JSON.stringify(rest)}`,
  );
  expect(after).toBeLessThanOrEqual(20);
});

test("reading, typing ahead and heartbeats write no row while sockets stay", async () => {
  const { channel, a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "hello" });
  await b.event(1);
  while (await runDurableObjectAlarm(env.CHANNELS.getByName(channel)));
  const counted = await meter(channel);
  await b.answer(b.send({ type: "read.mark", seq: 1 }), "ack");
  await b.answer(b.send({ type: "history.page", query: { limit: 10 } }), "page");
  b.socket.send("ping");
  expect(counted.rows).toEqual({});
});
