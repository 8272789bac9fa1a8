// When the archiver stores what waits, and when it needs an alarm, which is a row. The clock and
// the alarm are the test's own.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { Archiver } from "../../src/channel/archive/archiver";
import { Log } from "../../src/channel/log/log";
import { findLog } from "../../src/channel/log/log-header";
import { StateSaver } from "../../src/channel/members/state-saver";
import { UsageCounter } from "../../src/channel/usage";
import { readBudgets } from "../../src/runtime/budget-config";
import { RowCounter } from "../../src/runtime/row-counter";
import { intercept, ownArchive } from "../support/archive";
import { say } from "../support/log";
import { openPair } from "../support/pair";

vi.setConfig({ testTimeout: 60_000 });

interface Situation {
  /** How long ago the first waiting entry was appended, in seconds. */
  age: number;
  /** In how many seconds the next alarm fires; null if none is set. */
  alarmIn: number | null;
}

/** Drains a channel with two waiting entries. Returns the sizes of the batches, and the alarms. */
async function drainIn({ age, alarmIn }: Situation, put?: () => never) {
  const { channel, a, epoch } = await openPair();
  const startedAt = Date.now();
  await say(a, epoch, "one");
  await say(a, epoch, "two");
  const now = startedAt + age * 1_000;
  const sizes: number[] = [];
  intercept(channel, (store, { length }) => {
    put?.();
    sizes.push(length);
    return store();
  });
  const armed: number[] = [];
  await runInDurableObject(env.CHANNELS.getByName(channel), async (_, { storage }) => {
    const { sql } = storage;
    const header = findLog(storage);
    if (!header) throw new Error("there is no log");
    const rows = new RowCounter(sql);
    const log = new Log(storage, sql, rows, header);
    const usage = new UsageCounter(null, rows, now);
    const sources = {
      usage: () => usage.total,
      head: () => log.head,
      budgets: readBudgets(env.BUDGETS),
      isLarge: false,
    };
    const alarm = {
      arm: (at: number) => void armed.push((at - now) / 1_000),
      firesBy: (at: number) => alarmIn !== null && now + alarmIn * 1_000 <= at,
    };
    const archiver = new Archiver({
      ...{ sql, log, usage, alarm },
      stateSaver: new StateSaver(sql, sources, now),
      storageGauge: { isLarge: false, size: 0 },
      archive: ownArchive,
      now: () => now,
    });
    await archiver.drainDue();
  });
  return { sizes, armed };
}

const stored = { sizes: [2], armed: [] };
const waiting = { sizes: [], armed: [] };

test.each<[string, Situation, typeof stored | typeof waiting]>([
  ["an alarm comes in time", { age: 16, alarmIn: 16 }, waiting],
  ["an alarm comes just in time", { age: 33, alarmIn: 16 }, waiting],
  ["the next alarm comes too late", { age: 36, alarmIn: 16 }, stored],
  ["no alarm is set", { age: 9, alarmIn: null }, stored],
  ["an entry has waited too long", { age: 51, alarmIn: 1 }, stored],
  ["the clock went back", { age: -60, alarmIn: 1 }, stored],
])("entries wait exactly while an alarm comes in time, and waiting sets none: %s", async (_, situation, expected) => {
  expect(await drainIn(situation)).toEqual(expected);
});

test("a batch that fails needs an alarm of its own, however soon another one comes", async () => {
  const refuse = () => {
    throw new Error("no database");
  };
  expect(await drainIn({ age: 9, alarmIn: null }, refuse)).toEqual({ sizes: [], armed: [2] });
});
