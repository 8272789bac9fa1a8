// Budgets of text and of storage: what one account may write in a day, and what a channel accepts
// when its object is nearly full.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { bytesOf } from "../../src/channel/log/parts-column";
import { StorageGauge } from "../../src/channel/log/storage-gauge";
import { DailyBytes } from "../../src/channel/members/daily-bytes";
import { pruneReports } from "../../src/directory/archive/budgets";
import { budgetDayOf } from "../../src/domain/daily-budget";
import { ChatError } from "../../src/domain/error";
import { warnOfLargeDatabases } from "../../src/gateway/operations/database-sizes";
import { budgets, type ServerFrame } from "../../src/protocol";
import { readBudgets } from "../../src/runtime/budget-config";
import { drained, operator, ownArchive, ring } from "../support/archive";
import { call, openDirect, openGroup, type Person, register, request } from "../support/http";
import { openPair } from "../support/pair";
import { perform } from "../support/poll";
import { composedAt } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const DAY = 86_400_000;
const longHan = "漢".repeat(100_000);
const send = async (person: Person, channel: string, text: string): Promise<ServerFrame> => {
  const [frame] = await perform(person, channel, [{ id: "1", type: "message.send", ...composedAt("x", 0), text }]);
  if (!frame) throw new Error("no answer");
  return frame;
};
const directorySize = async () => (await env.DIRECTORY.prepare("SELECT 1").run()).meta.size_after;

describe("the budget of a day", () => {
  test("[S116] twenty long messages use it up; the answer says when to try again, and others can write", async () => {
    const { alice, bob, channel } = await openPair();
    const before = await directorySize();
    const frames: ServerFrame[] = [];
    for (let i = 0; i < 20; i++) frames.push(await send(alice, channel, longHan));
    const accepted = frames.filter(({ type }) => type === "ack").length;
    expect(accepted).toBe(Math.floor(budgets.accountBytesPerDay / 300_000));
    const refused = frames.slice(accepted);
    const untilMidnight = DAY - (Date.now() % DAY);
    for (const frame of refused) {
      expect(frame).toMatchObject({ type: "error", code: "quota_exceeded", temporary: true });
      const { retryAfterMs = 0 } = frame as { retryAfterMs?: number };
      expect(Math.abs(retryAfterMs - untilMidnight)).toBeLessThan(60_000);
    }
    expect(await send(bob, channel, longHan)).toMatchObject({ type: "ack" });
    // Over HTTP the same refusal is a problem document.
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = { text: longHan };
    const answer = await request(`/v1/channels/${channel}/messages`, {
      method: "POST",
      token: alice.token,
      body,
      headers,
    });
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ code: "quota_exceeded" });
    // Deleting needs no budget.
    const [deleted] = await perform(alice, channel, [
      { id: "1", type: "message.delete", ...composedAt("x", 0), seq: 1 },
    ]);
    expect(deleted).toMatchObject({ type: "ack" });
    // The whole log is in the archive, and the directory is as large as before.
    const { same } = await drained(channel);
    expect(same).toBe(accepted + 2);
    expect((await directorySize()) - before).toBeLessThan(20_000);
  });

  test("survives an eviction: the log says what was written since the last save", async () => {
    const { alice, channel } = await openPair();
    for (let i = 0; i < 17; i++) expect(await send(alice, channel, longHan)).toMatchObject({ type: "ack" });
    await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "close" });
    expect(await send(alice, channel, longHan)).toMatchObject({ code: "quota_exceeded" });
  });

  test("a repeat of an accepted message costs nothing", async () => {
    const { alice, channel } = await openPair();
    const repeated = { id: "1", type: "message.send", ...composedAt("x", 0), text: longHan };
    for (let i = 0; i < 30; i++) expect((await perform(alice, channel, [repeated]))[0]).toMatchObject({ type: "ack" });
    expect(await send(alice, channel, longHan)).toMatchObject({ type: "ack" });
  });

  test("an account that writes in many channels is soon refused by each", async () => {
    const alice = await register("alice");
    const channels: string[] = [];
    for (let i = 0; i < 3; i++) channels.push(await openDirect(alice, await register("bob")));
    let accepted = 0;
    for (let round = 0; round < 17; round++) {
      for (const channel of channels) {
        const { type } = await send(alice, channel, longHan);
        if (type === "ack") accepted++;
        await ring(channel);
      }
    }
    // Each channel may accept one message before it learns of the others.
    expect(accepted).toBeGreaterThanOrEqual(17);
    expect(accepted).toBeLessThanOrEqual(17 + channels.length);
    for (const channel of channels)
      expect(await send(alice, channel, longHan)).toMatchObject({ code: "quota_exceeded" });
  });

  test("short messages of many people write no budget rows", async () => {
    const { alice, bob, channel } = await openPair();
    for (let i = 0; i < 50; i++) await send(i % 2 === 0 ? alice : bob, channel, `line ${i}`);
    await drained(channel);
    const count = async (database: D1Database) =>
      (
        await database
          .prepare("SELECT count(*) AS n FROM budgets WHERE channel = ?")
          .bind(channel)
          .first<{ n: number }>()
      )?.n;
    expect(await Promise.all([env.ARCHIVE, env.ARCHIVE_2, env.ARCHIVE_3].map(count))).toEqual([0, 0, 0]);
  });
});

describe("the count of a day", () => {
  const at = 20_000 * DAY;
  const counting = () => new DailyBytes(null, { accountBytesPerDay: 1_000_000, channelBytesPerDay: 2_500_000 });

  test("refuses an account beyond its budget, and a channel beyond the budget of all", () => {
    const daily = counting();
    daily.take("a", 1_000_000, at);
    expect(() => daily.take("a", 1, at)).toThrow(ChatError);
    daily.take("b", 900_000, at);
    expect(() => daily.take("c", 700_000, at)).toThrow("the channel");
    daily.take("c", 600_000, at + DAY - 1);
    daily.take("a", 1_000_000, at + DAY);
    expect(() => daily.take("a", 1, at + DAY - 5)).toThrow("the account");
  });

  test("reports an account once for every 64 KiB, with its bytes in other channels in return", () => {
    const daily = counting();
    daily.take("a", 60_000, at);
    expect(daily.due()).toBeNull();
    daily.take("a", 10_000, at);
    const due = daily.due();
    expect(due).toEqual({ day: 20_000, bytes: { a: 70_000 } });
    if (!due) return;
    daily.reported(due, { a: 900_000 });
    expect(daily.due()).toBeNull();
    expect(() => daily.take("a", 40_000, at)).toThrow("the account");
    const restored = new DailyBytes(daily.stored, { accountBytesPerDay: 1_000_000, channelBytesPerDay: 2_500_000 });
    expect(() => restored.take("a", 40_000, at)).toThrow("the account");
  });

  test("keeps at most 500 accounts", () => {
    const daily = counting();
    for (let i = 0; i < 2_000; i++) daily.count(`u_${i}`, 1 + i, at);
    expect(Object.keys(daily.stored.accounts)).toHaveLength(500);
    expect(daily.stored.accounts.u_1999).toBeDefined();
  });
});

test("the length in bytes is that of the encoder", () => {
  for (const text of ["", "plain", "é", "회의", "漢字", "😀👨‍👩‍👧", "a😀b회c\u07ff\u0800"])
    expect(bytesOf({ text, attachments: [] }), text).toBe(new TextEncoder().encode(text).length);
});

test.each(['{"nothing": 1}', '{"accountBytesPerDay": 0}', "[", '{"accountBytesPerDay": "1"}'])(
  "BUDGETS=%s is refused",
  (variable) => {
    expect(() => readBudgets(variable)).toThrow();
  },
);

/** Makes the object of each channel look as if it had this size. */
function pretend(bytes: number) {
  return vi.spyOn(StorageGauge.prototype, "size", "get").mockReturnValue(bytes);
}

describe("an object near its limit", () => {
  test("[S117] refuses what makes it larger, and still deletes, reads and archives", async () => {
    const { alice, bob, channel } = await openPair();
    await send(alice, channel, "one");
    await send(alice, channel, "two");
    await perform(alice, channel, [{ id: "1", type: "reaction.add", ...composedAt("x", 0), seq: 1, emoji: "👍" }]);
    await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "close" });
    const full = pretend(9.1e9);
    try {
      const full409 = { type: "error", code: "channel_full", temporary: false };
      const text = "no room";
      expect(await send(bob, channel, text)).toMatchObject(full409);
      const answers = await perform(alice, channel, [
        { id: "1", type: "message.edit", ...composedAt("x", 0), seq: 1, text: "1" },
        { id: "2", type: "reaction.add", ...composedAt("x", 0), seq: 1, emoji: "👍" },
        { id: "3", type: "message.pin", ...composedAt("x", 0), seq: 1 },
        { id: "4", type: "message.delete", ...composedAt("x", 0), seq: 1 },
        { id: "5", type: "read.mark", seq: 2 },
      ]);
      expect(answers.map((frame) => (frame.type === "error" ? frame.code : frame.type))).toEqual([
        "channel_full",
        "channel_full",
        "channel_full",
        "ack",
        "ack",
      ]);
      expect(await drained(channel)).toMatchObject({ head: 4, same: 4 });
      const page = await call<{ messages: unknown[] }>(`/v1/channels/${channel}/messages`, { token: bob.token });
      expect(page.messages).toHaveLength(2);
    } finally {
      full.mockRestore();
    }
    // Deletions made room.
    expect(await send(bob, channel, "again")).toMatchObject({ type: "ack" });
  });

  test("the real size is that of the object's storage", async () => {
    const { alice, channel } = await openPair();
    await send(alice, channel, longHan);
    await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
      const gauge = new StorageGauge(storage.sql, { channelStorageBytes: 200_000, channelWarningBytes: 100_000 });
      expect(gauge.size).toBeGreaterThan(300_000);
      expect(gauge.isLarge).toBe(true);
      expect(() => gauge.requireRoom("message.send", 1)).toThrow(ChatError);
      expect(() => gauge.requireRoom("message.delete", 0)).not.toThrow();
    });
  });
});

describe("the operator", () => {
  interface Storage {
    databases: { name: string; bytes: number; isLarge: boolean }[];
    channels: { channel: string; bytes: number }[];
    maxBytes: number;
  }
  const storage = () => call<Storage>("/v1/operator/storage", { token: operator });

  test("is warned of an object beyond 70 % of its limit: in the list, in the log, and of each channel", async () => {
    const alice = await register("alice");
    const channel = await openGroup(alice, [await register("bob")]);
    await send(alice, channel, "one");
    await drained(channel);
    expect((await storage()).channels.map((large) => large.channel)).not.toContain(channel);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const large = pretend(7.2e9);
    try {
      await send(alice, channel, "two");
      await drained(channel);
      const lines = warn.mock.calls.map(([line]) => JSON.parse(String(line)));
      const ofChannel = lines.filter((line) => line.channel === channel);
      expect(ofChannel).toEqual([{ level: "warning", event: "channel.large", channel, bytes: 7.2e9 }]);
      expect((await storage()).channels).toContainEqual({ channel, bytes: 7.2e9, at: expect.any(Number) });
      interface Listed {
        items: { channel: string; bytes: number }[];
      }
      const { items } = await call<Listed>("/v1/operator/channels?limit=100", { token: operator });
      expect(items.find((item) => item.channel === channel)?.bytes).toBe(7.2e9);
    } finally {
      large.mockRestore();
      warn.mockRestore();
    }
  });

  test("sees the size of each database", async () => {
    const { databases, maxBytes } = await storage();
    expect(databases.map(({ name }) => name)).toEqual(["ARCHIVE", "ARCHIVE_2", "ARCHIVE_3", "DIRECTORY"]);
    for (const { bytes, isLarge } of databases) {
      expect(bytes).toBeGreaterThan(0);
      expect(isLarge).toBe(false);
    }
    expect(maxBytes).toBe(10e9);
  });

  test("finds a line in the log for each database beyond 70 % of its limit", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await warnOfLargeDatabases(env);
    expect(warn).not.toHaveBeenCalled();
    const { databases } = await storage();
    const [largest] = databases.toSorted((a, b) => b.bytes - a.bytes);
    await warnOfLargeDatabases(
      Object.assign({}, env, { BUDGETS: JSON.stringify({ databaseWarningBytes: largest?.bytes }) }),
    );
    const lines = warn.mock.calls.map(([line]) => JSON.parse(String(line)));
    warn.mockRestore();
    expect(lines).toContainEqual({
      level: "warning",
      event: "database.large",
      database: largest?.name,
      bytes: largest?.bytes,
    });
  });

  test("keeps no reports of past days", async () => {
    const archive = ownArchive();
    const day = budgetDayOf(Date.now());
    for (const [channel, of] of [
      ["c_old", day - 2],
      ["c_new", day],
    ] as const)
      await archive.reportBytes("ARCHIVE", channel, { day: of, bytes: { u_x: 70_000 } });
    await archive.reportSize("ARCHIVE", "c_silent", 8e9, Date.now() - 8 * DAY);
    await pruneReports(archive.databases, Date.now());
    const { results } = await env.ARCHIVE.prepare("SELECT channel FROM budgets WHERE account = 'u_x'").all();
    expect(results).toEqual([{ channel: "c_new" }]);
    expect((await storage()).channels.map(({ channel }) => channel)).not.toContain("c_silent");
  });
});
