// Which channels a search asks: those that may have moved, and none of a person whose channels are
// quiet.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { tuning } from "../../src/domain/tuning";
import { openGroup, type Person, register } from "../support/http";
import { say } from "../support/log";
import { attach, type Device, epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

afterEach(() => vi.useRealTimers());

const LATER_MS = tuning.archiveLagMs + 60_000;

const movedOf = (person: Person): Promise<string[]> =>
  Promise.resolve(env.USERS.getByName(person.id).movedChannels(person.id));

async function openWithDevice() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const [one, two] = [await openGroup(alice, [bob]), await openGroup(alice, [bob])];
  const devices = new Map<string, Device>();
  for (const channel of [one, two]) devices.set(channel, await join(alice, channel));
  const sayIn = async (channel: string, text: string): Promise<number> => {
    const device = devices.get(channel);
    if (!device) throw new Error("no device");
    return say(device, await epochOf(device), text);
  };
  return { alice, bob, one, two, sayIn };
}

/** Moves everything that a channel and the inbox of a person know into the past. */
async function age(person: Person, channels: readonly string[], ms: number): Promise<void> {
  for (const channel of channels) {
    const stub = env.CHANNELS.getByName(channel);
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec("UPDATE entries SET at = at - ?", ms);
    });
    await evictDurableObject(stub, { webSockets: "close" });
  }
  const user = env.USERS.getByName(person.id);
  await runInDurableObject(user, (_, { storage }) => {
    storage.sql.exec("UPDATE inbox SET at = at - ?", ms);
  });
}

const isDirty = (person: Person, channel: string) =>
  runInDurableObject(env.USERS.getByName(person.id), (_, { storage }) => {
    return storage.sql.exec("SELECT dirty FROM inbox WHERE channel = ?", channel).one().dirty === 1;
  });

test("with a device: the channels of the last minute, those that moved last first", async () => {
  const { bob, one, two, sayIn } = await openWithDevice();
  const phone = await attach(bob);
  await sayIn(one, "first");
  await sayIn(two, "second");
  await expect.poll(() => movedOf(bob)).toEqual([two, one]);
  await sayIn(one, "third");
  await expect.poll(() => movedOf(bob)).toEqual([one, two]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LATER_MS });
  expect(await movedOf(bob)).toEqual([]);
  phone.close();
});

test("without a device: the channels that moved since, as long as it is not known when", async () => {
  const { bob, one, two, sayIn } = await openWithDevice();
  await sayIn(one, "first");
  await expect.poll(() => isDirty(bob, one)).toBe(true);
  // Nothing of this is told to the user object.
  await sayIn(one, "second");
  const moved = await movedOf(bob);
  expect(moved).toContain(one);
  await evictDurableObject(env.USERS.getByName(bob.id), { webSockets: "close" });
  expect((await movedOf(bob)).toSorted()).toEqual(moved.toSorted());
  expect(moved).toContain(two);
});

test("a channel that has been quiet for long is woken once, and then asked no more", async () => {
  const { bob, one, two, sayIn } = await openWithDevice();
  for (const channel of [one, two]) await sayIn(channel, "long ago");
  for (const channel of [one, two]) await expect.poll(() => isDirty(bob, channel)).toBe(true);
  await age(bob, [one, two], 3_600_000);
  await evictDurableObject(env.USERS.getByName(bob.id), { webSockets: "close" });
  expect(await movedOf(bob)).toEqual([]);
  expect(await isDirty(bob, one)).toBe(false);
  // It tells its next move.
  const again = await join(bob, one);
  await say(again, await epochOf(again), "now");
  await expect.poll(() => movedOf(bob)).toEqual([one]);
});
