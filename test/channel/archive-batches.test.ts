// Entries wait for a full batch, because a batch costs more than its entries: until a hundred have
// come, or until no later alarm comes in time. Waiting sets no alarm, and nothing is left behind.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { Seal } from "../../src/directory/archive/seal";
import { tuning } from "../../src/domain/tuning";
import { command, compare, contentsOf, drained, exact, intercept, rawRows, ring, search } from "../support/archive";
import { perform, say } from "../support/log";
import { openPair } from "../support/pair";

vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.restoreAllMocks();
});

const stubOf = (channel: string) => env.CHANNELS.getByName(channel);
const alarmOf = (channel: string) => runInDurableObject(stubOf(channel), (_, { storage }) => storage.getAlarm());

/** Records the sizes of the batches of a channel. */
function batchesOf(channel: string): number[] {
  const sizes: number[] = [];
  intercept(channel, (store, { length }) => {
    sizes.push(length);
    return store();
  });
  return sizes;
}

/** Moves the clock of the objects. */
function moveClock(byMs: number): void {
  const { now } = Date;
  vi.spyOn(Date, "now").mockImplementation(() => now.call(Date) + byMs);
}

/** Opens a channel whose alarm has just fired, so that it counts as active. */
async function openActive() {
  const pair = await openPair();
  await say(pair.a, pair.epoch, "the first");
  expect(await drained(pair.channel)).toEqual(exact(1));
  return pair;
}

test("a hundred messages in twenty small turns, with an alarm after each, are one batch", async () => {
  const { channel, a, epoch } = await openActive();
  const sizes = batchesOf(channel);
  for (let turn = 0; turn < 20; turn++) {
    expect(sizes).toEqual([]);
    for (let i = 0; i < 5; i++) await say(a, epoch, `line ${turn} ${i}`);
    await ring(channel);
  }
  expect(sizes).toEqual([100]);
  expect((await rawRows(channel)).flat()).toHaveLength(101);
});

test("an entry is stored before an alarm that would be too late for it", async () => {
  const { channel, a, epoch } = await openActive();
  const sizes = batchesOf(channel);
  await say(a, epoch, "waits");
  await ring(channel);
  expect(sizes).toEqual([]);
  expect(await alarmOf(channel)).toBeLessThan(Date.now() + tuning.archiveLagMs);
  moveClock(40_000);
  // The channel stays active, so the next alarm is set to 16 s later.
  await say(a, epoch, "comes later");
  await ring(channel);
  expect(sizes).toEqual([2]);
});

test("the last messages of a conversation are stored by its last alarm", async () => {
  const { channel, a, epoch } = await openActive();
  const sizes = batchesOf(channel);
  await say(a, epoch, "goodbye");
  await ring(channel);
  expect(sizes).toEqual([]);
  // The channel is silent, so the fan-out sets no further alarm, and the object may fall asleep.
  moveClock(20_000);
  await ring(channel);
  expect(sizes).toEqual([1]);
});

test("an object that sleeps while entries wait has an alarm, which stores them", async () => {
  const { channel, a, epoch } = await openActive();
  const sizes = batchesOf(channel);
  await say(a, epoch, "waits");
  await ring(channel);
  expect(sizes).toEqual([]);
  await evictDurableObject(stubOf(channel), { webSockets: "hibernate" });
  expect(await alarmOf(channel)).not.toBeNull();
  await ring(channel);
  // The first entry again: its cursor was not saved before the eviction.
  expect(sizes).toHaveLength(1);
  expect(await compare(channel)).toEqual(exact(2));
});

test("an edit and a deletion while their messages are being composed win over what is stored then", async () => {
  const { bob, channel, a, epoch } = await openPair();
  await say(a, epoch, "an aubergine");
  await say(a, epoch, "a second aubergine");
  await say(a, epoch, "untouched");
  const { close } = Seal.prototype;
  let isComposing = false;
  let isFree = false;
  vi.spyOn(Seal.prototype, "close").mockImplementation(async function (this: Seal, key, json, slices) {
    if (key === `${channel}.1`) {
      isComposing = true;
      while (!isFree) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return close.call(this, key, json, slices);
  });
  const stored = command(channel, { do: "compare" });
  await expect.poll(() => isComposing).toBe(true);
  // No command waits for the batch.
  await perform(a, epoch, { type: "message.edit", seq: 1, text: "a courgette" });
  await perform(a, epoch, { type: "message.delete", seq: 2 });
  isFree = true;
  await stored;
  expect(await drained(channel)).toEqual(exact(5));
  expect(await contentsOf(channel)).toEqual(["a courgette", "(deleted)", "untouched", null, null]);
  expect((await search(bob, "aubergine")).items).toEqual([]);
});
