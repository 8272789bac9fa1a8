// Races in presence that `npm run test:presence` and reviews found.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { UserPort } from "../../src/domain/ports";
import type { DeviceState, PresenceUpdate } from "../../src/domain/presence";
import { limits, type PresenceOf } from "../../src/protocol";
import { UserPresence } from "../../src/user/presence";
import { PresenceRecord } from "../../src/user/presence-record";
import { PresenceUpdates } from "../../src/user/presence-updates";
import { openDirect, openGroup, type Person, register } from "../support/http";
import { attach, type Device } from "../support/socket";

const seen = (device: Device, person: Person): PresenceOf | undefined =>
  device.frames
    .flatMap((frame) => (frame.type === "presence" ? frame.people : []))
    .filter(({ user }) => user === person.id)
    .at(-1);

test("[S102] a person who is watched, unwatched and watched again is in the answer, however fast the commands follow", async () => {
  const [alice, bob, carol] = await Promise.all([register("alice"), register("bob"), register("carol")]);
  await openGroup(alice, [bob, carol]);
  const a = await attach(alice);
  const watch = (...people: Person[]) => a.send({ type: "presence.watch", users: people.map(({ id }) => id) });
  await a.answer(watch(bob), "presence");
  const questions = [watch(carol), watch(bob)];
  const [, last] = await Promise.all(questions.map((id) => a.answer(id, "presence")));
  expect(last?.people).toMatchObject([{ user: bob.id }]);
  const b = await attach(bob);
  await expect.poll(() => seen(a, bob)?.status).toBe("online");
  b.close();
});

test("[S103] a short drop of one of two devices is not visible", async () => {
  const [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  await openDirect(alice, bob);
  const a = await attach(alice);
  const [phone, laptop] = [await attach(bob), await attach(bob)];
  laptop.send({ type: "presence.active", active: false });
  const id = a.send({ type: "presence.watch", users: [bob.id] });
  expect((await a.answer(id, "presence")).people).toMatchObject([{ status: "online" }]);
  phone.socket.close(1001, "away");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(seen(a, bob)?.status).toBe("online");
});

/** The presence of one person, with a clock, devices and watchers that the test controls. */
async function withPresence(
  body: (made: {
    presence: UserPresence;
    clock: { now: number };
    devices: DeviceState[];
    told: PresenceUpdate[];
    hear: { answer: (watcher: string) => Promise<boolean> };
  }) => Promise<void>,
) {
  const stub = env.USERS.getByName(`u_${crypto.randomUUID()}`);
  await stub.storedData(0);
  await runInDurableObject(stub, async (_, { storage }) => {
    const clock = { now: 1_000_000_000_000 };
    const devices: DeviceState[] = [];
    const told: PresenceUpdate[] = [];
    const hear = { answer: (_watcher: string) => Promise.resolve(true) };
    const receivePresence = (watcher: string, note: PresenceUpdate) => {
      told.push(note);
      return hear.answer(watcher);
    };
    const userObject = (user: string) =>
      ({ receivePresence: (note: PresenceUpdate) => receivePresence(user, note) }) as unknown as UserPort;
    const now = () => clock.now;
    const alarm = { rearm: () => {} };
    const record = new PresenceRecord(storage.sql);
    const presence = new UserPresence({
      record,
      updates: new PresenceUpdates(record, { getByName: userObject }, alarm, now),
      devices: { states: () => devices, setActive: () => false },
      people: {
        sharing: (_me, others) => Promise.resolve(others),
        saveNotificationSetting: async () => {},
        saveBlock: async () => {},
      },
      blocks: { blockedAt: () => null },
      ...{ alarm, now },
    });
    await body({ presence, clock, devices, told, hear });
  });
}

test("a watcher who watches again before the removal stays a watcher", () =>
  withPresence(async ({ presence, devices, clock, told, hear }) => {
    devices.push({ lastSeenAt: clock.now, isActive: true });
    presence.watch("bob", "alice");
    presence.watch("bob", "carol");
    const slow = Promise.withResolvers<boolean>();
    await new Promise((resolve) => setTimeout(resolve, 10));
    hear.answer = (watcher) => (watcher === "alice" ? Promise.resolve(false) : slow.promise);
    devices.splice(0, 1, { lastSeenAt: clock.now, isActive: false });
    presence.evaluate("bob");
    // Alice answers that she does not watch. Carol's object is slow. Before it answers, Alice
    // watches again.
    await new Promise((resolve) => setTimeout(resolve, 10));
    hear.answer = () => Promise.resolve(true);
    presence.watch("bob", "alice");
    slow.resolve(true);
    await new Promise((resolve) => setTimeout(resolve, 10));
    told.length = 0;
    devices.splice(0, 1, { lastSeenAt: clock.now, isActive: true });
    presence.evaluate("bob");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told).toHaveLength(2);
  }));

test("[S102] the last activity is not an earlier drop that the person came back from", () =>
  withPresence(async ({ presence, devices, clock, told }) => {
    presence.watch("bob", "alice");
    devices.push({ lastSeenAt: clock.now, isActive: true });
    presence.evaluate("bob");
    devices.length = 0;
    presence.deviceLeft("bob", false);
    clock.now += 5_000;
    devices.push({ lastSeenAt: clock.now, isActive: true });
    presence.evaluate("bob");
    clock.now += 3_600_000;
    devices.splice(0, 1, { lastSeenAt: clock.now, isActive: true });
    clock.now += limits.leaseMs;
    await presence.onAlarm();
    expect(told.at(-1)).toMatchObject({ status: "offline", activeAt: clock.now - limits.leaseMs });
  }));

test("[S102] after an intended disconnect the last activity is its time", () =>
  withPresence(async ({ presence, devices, clock, told }) => {
    presence.watch("bob", "alice");
    devices.push({ lastSeenAt: clock.now, isActive: true });
    presence.evaluate("bob");
    clock.now += 10_000;
    devices.length = 0;
    presence.deviceLeft("bob", true);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told.at(-1)).toMatchObject({ status: "offline", activeAt: clock.now });
  }));

test("[S103] a drop has a grace period also where a dead connection is left", () =>
  withPresence(async ({ presence, devices, clock, told }) => {
    presence.watch("bob", "alice");
    const dead = { lastSeenAt: clock.now, isActive: true };
    devices.push(dead, { lastSeenAt: clock.now, isActive: true });
    presence.evaluate("bob");
    clock.now += limits.leaseMs - 1_000;
    devices.splice(1, 1);
    presence.deviceLeft("bob", false);
    clock.now += 2_000;
    await presence.onAlarm();
    expect(told.at(-1)).toMatchObject({ status: "online" });
  }));

test("[S103] a watcher that fails or does not answer delays no other watcher", () =>
  withPresence(async ({ presence, devices, clock, told, hear }) => {
    for (const watcher of ["alice", "carol"]) presence.watch("bob", watcher);
    devices.push({ lastSeenAt: clock.now, isActive: true });
    hear.answer = (watcher) =>
      watcher === "alice" ? Promise.reject(new Error("overloaded")) : Promise.withResolvers<boolean>().promise;
    presence.evaluate("bob");
    const droppedAt = clock.now - limits.graceMs + 1_000;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(presence.dueAt).toBe(clock.now + 5_000);
    devices.length = 0;
    clock.now = droppedAt;
    presence.deviceLeft("bob", false);
    expect(presence.dueAt).toBe(droppedAt + limits.graceMs);
    clock.now = droppedAt + limits.graceMs;
    told.length = 0;
    hear.answer = () => Promise.resolve(true);
    void presence.onAlarm();
    await new Promise((resolve) => setTimeout(resolve, 10));
    // Alice gets the update, whatever happens to the request to carol.
    expect(told).toMatchObject([{ status: "offline" }]);
  }));
