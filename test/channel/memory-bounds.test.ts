// The memory of objects: what depends on input is bounded in bytes.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { UnreadIndex } from "../../src/channel/inbox/unread-index";
import { EntryReferences } from "../../src/channel/log/entry-references";
import type { Log } from "../../src/channel/log/log";
import { newId } from "../../src/runtime/ids";
import type { PresenceRecord } from "../../src/user/presence-record";
import { PresenceUpdates } from "../../src/user/presence-updates";
import { openPair } from "../support/pair";

const insert = `INSERT INTO entries (seq, type, actor, nonce, at, version, changed_at, mentions, body)
  SELECT value, 'message.sent', 'u_x', 'n' || value, value, value, value, ?, ? FROM json_each(?)`;
const seqs = (count: number) => JSON.stringify(Array.from({ length: count }, (_, i) => i + 1));

test("the unread index keeps at most 2 MiB, also of messages that mention everybody", async () => {
  const { channel } = await openPair();
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    const users = Array.from({ length: 100 }, (_, i) => newId("u", i));
    storage.sql.exec(insert, JSON.stringify({ users, all: null }), "x", seqs(2_048));
    const log = { head: 2_048, header: { epochNumber: 1 } } as Log;
    const index = new UnreadIndex(storage.sql, log);
    expect(index.find(1, 2_048, () => false)).toBeNull();
    expect(index.bytes).toBeGreaterThan(1024 ** 2);
    expect(index.bytes).toBeLessThanOrEqual(2 * 1024 ** 2);
    expect(index.find(1, 2_048, ({ mentions }) => mentions?.users.includes(users[99] ?? "") ?? false)).toBe(1);
  });
});

test("the targets of one answer are kept up to a million characters", async () => {
  const { channel } = await openPair();
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    storage.sql.exec(insert, null, "x".repeat(100_000), seqs(100));
    const references = new EntryReferences(storage.sql);
    for (let seq = 1; seq <= 100; seq++) {
      expect(references.message(seq).body).toMatchObject({ text: expect.objectContaining({ length: 100_000 }) });
      expect(references.keptChars).toBeLessThanOrEqual(1_100_000);
    }
    expect(references.message(100)).toBe(references.message(100));
  });
});

test("user objects that watch again leave nothing in memory once their request has ended", async () => {
  let answers = 0;
  const record = {
    update: (user: string) => ({ user, status: "online", activeAt: null, version: 1 }),
  } as PresenceRecord;
  const users = { getByName: () => ({ receivePresence: async () => ++answers > 0 }) as never };
  const updates = new PresenceUpdates(record, users, { rearm: () => {} }, () => 0);
  for (let i = 0; i < 10_000; i++) updates.watchedBy(`u_${i}`);
  expect(updates.size).toBe(0);
  updates.send("u_me", ["u_1", "u_2"]);
  updates.watchedBy("u_1");
  expect(updates.size).toBeGreaterThan(0);
  await updates.retry("u_me");
  await expect.poll(() => updates.size).toBe(0);
  expect(answers).toBe(2);
});
