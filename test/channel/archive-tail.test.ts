// The tail of a log: what the archive may lack, within bounds.
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { RecentCursor } from "../../src/channel/archive/archive-tail";
import type { Caller } from "../../src/domain/ports";
import type { TailQuery } from "../../src/domain/search-hit";
import { parseSearch } from "../../src/domain/search-query";
import { nameOf, sayAll } from "../gateway/search-support";
import { drained, hold, search } from "../support/archive";
import type { Person } from "../support/http";
import { perform, say } from "../support/log";
import { openPair } from "../support/pair";

vi.setConfig({ testTimeout: 60_000 });

const queryOf = (q: string, limit = 50): TailQuery => ({
  filter: { ...parseSearch(q, 0), authors: [], withoutAuthors: [] },
  position: null,
  limit,
});
const callerOf = ({ id, session }: Person): Caller => ({ user: id, session, issuedAt: Date.now() });

async function tailOf(person: Person, channel: string, query: TailQuery) {
  const answer = await env.CHANNELS.getByName(channel).searchTail(callerOf(person), query);
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
}

test("an entry belongs to the tail for some seconds after it was archived", () => {
  const cursor = new RecentCursor();
  expect(cursor.tailAfter(7, 1_000)).toBe(7);
  expect(cursor.tailAfter(-1, 1_000)).toBe(0);
  // Advances every second for a minute, by ten entries.
  for (let second = 0; second < 60; second++) cursor.advances(second * 10, second * 1_000);
  const after = cursor.tailAfter(600, 60_000);
  expect(after).toBeLessThanOrEqual(500);
  expect(after).toBeGreaterThanOrEqual(390);
  expect(cursor.tailAfter(600, 90_000)).toBe(600);
  // A cursor that went back, for a rebuild.
  expect(cursor.tailAfter(0, 60_000)).toBe(0);
});

test("every advance of the last ten seconds is in the tail, whatever the pauses", () => {
  const cursor = new RecentCursor();
  const advances: { from: number; at: number }[] = [];
  let [now, position] = [0, 0];
  for (let i = 0; i < 2_000; i++) {
    now += (i * 7_919) % 6_007;
    advances.push({ from: position, at: now });
    cursor.advances(position, now);
    position += 1 + (i % 5);
    const read = now + ((i * 31) % 11_000);
    const recent = advances.filter(({ at }) => read - at < 10_000);
    expect(cursor.tailAfter(position, read)).toBeLessThanOrEqual(recent[0]?.from ?? position);
  }
});

test("a message that was just archived is in the tail, and an old one is not", async () => {
  const { bob, channel, a, epoch } = await openPair();
  await say(a, epoch, "walnut");
  await drained(channel);
  expect(await tailOf(bob, channel, queryOf("walnut"))).toMatchObject({ hits: [{ seq: 1 }], isWhole: true });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30_000 });
  expect(await tailOf(bob, channel, queryOf("walnut"))).toEqual({ hits: [], hasMore: false, isWhole: true });
  vi.useRealTimers();
});

test("[S184] a tail that is too long is read from its end, and says so", async () => {
  const { alice, bob, channel } = await openPair();
  hold(channel);
  const texts = Array.from({ length: 1_100 }, (_, i) => `walnut ${i}`);
  await sayAll(alice, channel, texts.slice(0, 1_000));
  expect(await tailOf(bob, channel, queryOf("walnut", 3))).toMatchObject({
    hits: [{ seq: 1_000 }, { seq: 999 }, { seq: 998 }],
    hasMore: true,
    isWhole: true,
  });
  await sayAll(alice, channel, texts.slice(1_000));
  expect(await tailOf(bob, channel, queryOf('"walnut 0"'))).toEqual({ hits: [], hasMore: false, isWhole: false });
  const page = await search(bob, '"walnut 1099"');
  expect([page.items.map(nameOf), page.incomplete]).toEqual([[`${channel}.1100`], [channel]]);
});

test("long messages and their edits are read up to a number of characters", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const long = "walnut ".repeat(10_000);
  for (let i = 0; i < 2; i++) await say(a, epoch, long);
  await drained(channel);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30_000 });
  hold(channel);
  await perform(a, epoch, { type: "message.edit", seq: 1, text: `${long} hazelnut` });
  expect(await tailOf(bob, channel, queryOf("hazelnut"))).toMatchObject({ hits: [{ seq: 1 }], isWhole: true });
  for (let i = 0; i < 3; i++) await say(a, epoch, long);
  expect(await tailOf(bob, channel, queryOf("hazelnut"))).toMatchObject({ isWhole: false });
  expect((await tailOf(bob, channel, queryOf("walnut"))).hits[0]).toMatchObject({ seq: 6 });
  vi.useRealTimers();
});
