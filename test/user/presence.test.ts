// Presence as others see it: at once after an intended change, after the grace period after a drop,
// and only between people who share a channel.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits, type PresenceOf } from "../../src/protocol";
import { CloseIntent } from "../../src/user/close-intent";
import { openDirect, openGroup, type Person, register, removeMember, request } from "../support/http";
import { openPair } from "../support/pair";
import { attach, type Device } from "../support/socket";

test("a close that fails does not make later closes intended", () => {
  const intent = new CloseIntent();
  const failing = () => {
    throw new Error("the socket is broken");
  };
  expect(() => intent.during(true, failing)).toThrow("the socket is broken");
  expect(intent.isIntended).toBe(false);
});

const stubOf = (person: Person) => env.USERS.getByName(person.id);

async function watch(device: Device, ...people: Person[]): Promise<PresenceOf[]> {
  const id = device.send({ type: "presence.watch", users: people.map((person) => person.id) });
  return (await device.answer(id, "presence")).people;
}

/** The last presence of a person that a device got. */
const seen = (device: Device, person: Person): PresenceOf | undefined =>
  device.frames
    .flatMap((frame) => (frame.type === "presence" ? frame.people : []))
    .filter(({ user }) => user === person.id)
    .at(-1);

const statusOf = (device: Device, person: Person) => expect.poll(() => seen(device, person)?.status);

/** Makes time pass for a user object: moves its stored times into the past. */
async function passed(person: Person, ms: number): Promise<void> {
  await runInDurableObject(stubOf(person), (_, { storage }) => {
    const { state } = storage.sql.exec<{ state: string }>("SELECT state FROM presence").one();
    const known = JSON.parse(state);
    const absentAt = known.absentAt === null ? null : known.absentAt - ms;
    storage.sql.exec("UPDATE presence SET state = ?", JSON.stringify({ ...known, absentAt }));
  });
  await evictDurableObject(stubOf(person), { webSockets: "hibernate" });
  await runDurableObjectAlarm(stubOf(person));
}

async function pair() {
  const [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  const channel = await openDirect(alice, bob);
  return { alice, bob, channel, a: await attach(alice) };
}

test("[S102] [S103] connecting, going idle, coming back and signing out are sent at once", async () => {
  const { alice, bob, a } = await pair();
  expect(await watch(a, bob)).toMatchObject([{ user: bob.id, status: "offline" }]);
  const b = await attach(bob);
  await statusOf(a, bob).toBe("online");
  b.send({ type: "presence.active", active: false });
  await statusOf(a, bob).toBe("away");
  const phone = await attach(bob);
  await statusOf(a, bob).toBe("online");
  phone.send({ type: "presence.active", active: false });
  await statusOf(a, bob).toBe("away");
  b.send({ type: "presence.active", active: true });
  await statusOf(a, bob).toBe("online");
  expect((await request("/v1/sessions/current", { method: "DELETE", token: bob.token })).status).toBe(204);
  await statusOf(a, bob).toBe("offline");
  expect(seen(a, bob)?.activeAt).toBeGreaterThan(Date.now() - 60_000);
  expect(await watch(a, alice)).toEqual([]);
});

test("[S103] an intended disconnect is sent at once, a drop only after the grace period", async () => {
  const { bob, a } = await pair();
  await watch(a, bob);
  const b = await attach(bob);
  await statusOf(a, bob).toBe("online");
  b.socket.close(1001, "away");
  await expect
    .poll(() => runInDurableObject(stubOf(bob), (_, { storage }) => storage.getAlarm()))
    .toBeLessThan(Date.now() + limits.graceMs + 1_000);
  await passed(bob, 0);
  expect(seen(a, bob)?.status).toBe("online");
  const back = await attach(bob);
  await passed(bob, limits.graceMs);
  // Back within the grace period: nobody sees anything.
  expect(a.frames.filter((frame) => frame.type === "presence" && frame.id === undefined)).toHaveLength(1);
  back.socket.close(1001, "away");
  await expect
    .poll(async () => {
      await passed(bob, limits.graceMs);
      return seen(a, bob)?.status;
    })
    .toBe("offline");
  const again = await attach(bob);
  await statusOf(a, bob).toBe("online");
  again.socket.close(1000, "bye");
  await statusOf(a, bob).toBe("offline");
});

test("[S104] an invisible person is offline to others, without a time of last activity", async () => {
  const { bob, channel, a } = await pair();
  await watch(a, bob);
  await attach(bob);
  await statusOf(a, bob).toBe("online");
  const set = (presence: string) => request("/v1/me", { method: "PATCH", token: bob.token, body: { presence } });
  expect(await (await set("dnd")).json()).toMatchObject({ presence: "dnd" });
  await statusOf(a, bob).toBe("dnd");
  expect((await set("invisible")).status).toBe(200);
  await statusOf(a, bob).toBe("offline");
  expect(seen(a, bob)?.activeAt).toBeNull();
  expect((await set("auto")).status).toBe(200);
  await statusOf(a, bob).toBe("online");
  expect((await set("asleep")).status).toBe(400);
  expect(channel).toMatch(/^c_/);
});

test("[S105] people who share no channel are left out, and updates end with the last shared channel", async () => {
  const { bob, a } = await pair();
  const carol = await register("carol");
  const c = await attach(carol);
  expect(await watch(a, carol, bob)).toMatchObject([{ user: bob.id }]);
  const dave = await register("dave");
  const d = await attach(dave);
  const group = await openGroup(carol, [dave]);
  expect(await watch(c, dave)).toMatchObject([{ user: dave.id, status: "online" }]);
  expect(await watch(d, carol)).toMatchObject([{ user: carol.id, status: "online" }]);
  expect((await removeMember(carol, group, dave)).status).toBe(204);
  await expect.poll(() => seen(d, carol), { timeout: 5_000 }).toMatchObject({ status: "offline", activeAt: null });
  const before = d.frames.length;
  c.socket.close(1000, "bye");
  await attach(carol);
  await runDurableObjectAlarm(stubOf(carol));
  expect(d.frames.slice(before).filter((frame) => frame.type === "presence")).toEqual([]);
});

test("[S103] watchers, devices and the last presence survive hibernation", async () => {
  const { alice, bob, a } = await pair();
  const b = await attach(bob);
  expect(await watch(a, bob)).toMatchObject([{ status: "online" }]);
  await evictDurableObject(stubOf(alice), { webSockets: "hibernate" });
  await evictDurableObject(stubOf(bob), { webSockets: "hibernate" });
  b.send({ type: "presence.active", active: false });
  await statusOf(a, bob).toBe("away");
  await evictDurableObject(stubOf(bob), { webSockets: "close" });
  await runDurableObjectAlarm(stubOf(bob));
  await statusOf(a, bob).toBe("offline");
});

test("without watchers no alarm is set, and a heartbeat writes nothing", async () => {
  const { bob, a } = await pair();
  const b = await attach(bob);
  const alarmOf = () => runInDurableObject(stubOf(bob), (_, { storage }) => storage.getAlarm());
  expect(await alarmOf()).toBeNull();
  await watch(a, bob);
  const due = await alarmOf();
  expect(due).toBeGreaterThan(Date.now() + limits.leaseMs - 10_000);
  const rows = () =>
    runInDurableObject(stubOf(bob), (_, { storage }) =>
      JSON.stringify(storage.sql.exec("SELECT * FROM presence").toArray()),
    );
  const before = await rows();
  for (let beat = 0; beat < 3; beat++) b.socket.send("ping");
  expect(await rows()).toBe(before);
});

test("[S106] [S107] viewers get who has the channel open and who is typing", async () => {
  const { alice, bob, channel, a, b } = await openPair();
  const signals = (device: Device) => device.frames.flatMap((frame) => (frame.type === "signal" ? [frame.signal] : []));
  await expect.poll(() => signals(a)).toContainEqual({ type: "here.changed", channel, user: bob.id, here: true });
  const id = b.send({ type: "channel.subscribe" });
  expect((await b.answer(id, "ready")).here?.toSorted()).toEqual([alice.id, bob.id].toSorted());
  const typing = { type: "typing.started", channel, user: bob.id, thread: null };
  b.send({ type: "typing.start" });
  b.send({ type: "typing.start" });
  await expect.poll(() => signals(a)).toContainEqual(typing);
  await a.answer(a.send({ type: "view.set", background: true }), "ack");
  expect(signals(a).filter(({ type }) => type === "typing.started")).toHaveLength(1);
  expect(signals(b)).not.toContainEqual(typing);
  await new Promise((resolve) => setTimeout(resolve, limits.typingEveryMs));
  b.send({ type: "typing.start" });
  await b.answer(b.send({ type: "read.mark", seq: 0 }), "ack");
  await a.answer(a.send({ type: "read.mark", seq: 0 }), "ack");
  expect(signals(a).filter(({ type }) => type === "typing.started")).toHaveLength(1);
  b.close();
  await expect.poll(() => signals(a)).toContainEqual({ type: "here.changed", channel, user: bob.id, here: false });
});

test("[S104] [S106] an invisible person is neither shown as present nor as typing", async () => {
  const { bob, channel, a, b } = await openPair();
  const signals = () => a.frames.flatMap((frame) => (frame.type === "signal" ? [frame.signal] : []));
  const set = (presence: string) => request("/v1/me", { method: "PATCH", token: bob.token, body: { presence } });
  expect((await set("invisible")).status).toBe(200);
  await expect.poll(signals).toContainEqual({ type: "here.changed", channel, user: bob.id, here: false });
  b.send({ type: "typing.start" });
  await b.answer(b.send({ type: "read.mark", seq: 0 }), "ack");
  expect((await a.answer(a.send({ type: "channel.subscribe" }), "ready")).here).not.toContain(bob.id);
  expect(signals().map(({ type }) => type)).not.toContain("typing.started");
});
