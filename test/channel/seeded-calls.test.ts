// Calls of scripted peers with cut sockets, killed servers, hibernation and people who leave
// without a message. After each, the roster is that of a model, and the log has two entries for
// each call.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Joined, joinCall, resetCallTimes, rosterOf, setCallTimes, silent, startCall } from "../support/calls";
import { openGroup, type Person, register } from "../support/http";
import { runs } from "../support/runs";
import { type Device, join } from "../support/socket";

/** Longer than a round of one seed takes between two operations. */
const GRACE_MS = 3_000;
const STEPS = 12;

beforeEach(() => setCallTimes({ graceMs: GRACE_MS }));
afterEach(resetCallTimes);

/** A generator of numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Member {
  person: Person;
  device: Device;
  /** What it knows of its peer; null while it is in no call. */
  joined: Joined | null;
}

const entriesIn = (channel: string) =>
  runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) =>
    storage.sql
      .exec<{ type: string }>("SELECT type FROM entries WHERE type LIKE 'call.%' ORDER BY seq")
      .toArray()
      .map(({ type }) => type),
  );

async function runSeed(seed: number, people: readonly Person[]): Promise<void> {
  const random = randomFrom(seed);
  const [owner, ...others] = people as [Person, ...Person[]];
  const channel = await openGroup(owner, others);
  const stub = env.CHANNELS.getByName(channel);
  const members: Member[] = [];
  for (const person of people) members.push({ person, device: await join(person, channel), joined: null });
  const numbers: number[] = [];
  /** Ends the memory of the object, which must be running for that. */
  const evict = async (webSockets: "hibernate" | "close") => {
    await runInDurableObject(stub, () => {});
    await evictDurableObject(stub, { webSockets });
  };

  /** Enters the call: with the token of an earlier join, or as a new peer. */
  const enter = async (member: Member) => {
    const { device, joined } = member;
    const on = await rosterOf(device);
    if (joined && on?.call === joined.call) {
      const back = await joinCall(device, joined.call, silent, joined.mine.token);
      expect(back.mine, `seed ${seed}: comes back`).toMatchObject({ peer: joined.mine.peer, resumed: true });
      member.joined = back;
      return;
    }
    const entered = on ? await joinCall(device, on.call) : await startCall(device);
    if (!on) numbers.length = 0;
    expect(numbers, `seed ${seed}: a new number`).not.toContain(entered.mine.peer);
    numbers.push(entered.mine.peer);
    member.joined = entered;
  };
  const reconnect = async (member: Member) => {
    member.device = await join(member.person, channel);
    if (member.joined) await enter(member);
  };

  for (let step = 0; step < STEPS; step++) {
    const member = members[Math.floor(random() * members.length)] as Member;
    const choice = random();
    if (choice < 0.4) {
      if (!member.joined) await enter(member);
    } else if (choice < 0.55) {
      if (member.joined) await member.device.answer(member.device.send({ type: "call.leave" }), "ack");
      member.joined = null;
    } else if (choice < 0.7) {
      member.device.close();
      await member.device.untilClosed();
      await reconnect(member);
    } else if (choice < 0.85) {
      await evict("hibernate");
    } else {
      await evict("close");
      for (const one of members) await reconnect(one);
    }
  }
  const expected = members.flatMap(({ joined }) => (joined ? [joined.mine.peer] : [])).sort((x, y) => x - y);
  const observer = members[0] as Member;
  const seen = async () => (await rosterOf(observer.device))?.peers.map(({ peer }) => peer) ?? [];
  expect(await seen(), `seed ${seed}: the roster`).toEqual(expected);
  // Everyone goes without a message, and the call ends by its alarm.
  for (const { device, joined } of members) if (joined && device !== observer.device) device.close();
  if (observer.joined) await observer.device.answer(observer.device.send({ type: "call.leave" }), "ack");
  await expect.poll(seen, { timeout: GRACE_MS + 5_000 }).toEqual([]);
  const isOver = async () => (await entriesIn(channel)).at(-1) !== "call.started";
  await expect.poll(isOver, { timeout: 2 * GRACE_MS + 5_000 }).toBe(true);
  const entries = await entriesIn(channel);
  expect(entries, `seed ${seed}: two entries for each call`).toEqual(
    entries.map((_, at) => (at % 2 === 0 ? "call.started" : "call.ended")),
  );
  for (const { device } of members) device.close();
}

const SEEDS = runs(3, 200);

test(`${SEEDS} seeded calls keep their peers, and leave no ghost`, { timeout: 60_000 + SEEDS * 15_000 }, async () => {
  const people: Person[] = [];
  for (const name of ["alice", "bob", "carol", "dave"]) people.push(await register(name));
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  const worker = async () => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) await runSeed(seed, people);
  };
  await Promise.all(Array.from({ length: 5 }, worker));
});
