// Rings: every device of a member learns that a call rings, and that it no longer does.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { limits } from "../../src/protocol";
import {
  codeOf,
  flushInbox,
  inboxRowOf,
  joinCall,
  resetCallTimes,
  rosterOf,
  setCallTimes,
  signalOf,
  signalsOf,
  silent,
  startCall,
} from "../support/calls";
import { putMember, register, request } from "../support/http";
import { openPair, openTrio } from "../support/pair";
import { Poller, perform } from "../support/poll";
import { attach, isLiveInbox, join } from "../support/socket";

afterEach(resetCallTimes);

test("[S259] a call rings on every device, over sockets and held polls, and taking it ends that", async () => {
  const { alice, bob, channel, a, b } = await openPair();
  const phone = await attach(bob);
  const own = await attach(alice);
  const poller = new Poller(bob, "/v1/inbox");
  const [answer] = (await poller.ask())?.slice(-1) ?? [];
  const version = answer?.type === "inbox" ? (answer.version ?? 0) : 0;
  const polled = poller.ask({ after: version, wait: 20_000 });
  const { call } = await startCall(a);
  const ring = { type: "ring.started", channel, call, from: alice.id, video: false, lastsMs: limits.callRingMs };
  expect(await signalOf(phone, "ring.started")).toMatchObject(ring);
  // The row or the signal ends the poll, whichever comes first. The row carries the call too.
  const frames = JSON.stringify(await polled);
  expect(frames).toContain(`"call":${frames.includes("ring.started") ? call : `{"call":${call}`}`);
  expect((await inboxRowOf(bob, channel))?.call).toMatchObject({ call, by: alice.id, rings: true });
  expect((await rosterOf(b))?.ringsForMs).toBeGreaterThan(0);
  await joinCall(b, call);
  expect(await signalOf(phone, "ring.ended")).toMatchObject({ call, reason: "taken" });
  expect((await inboxRowOf(bob, channel))?.call).toMatchObject({ rings: false });
  expect((await rosterOf(b))?.ringsForMs).toBe(0);
  await flushInbox(own);
  expect(signalsOf(own, "ring.started")).toEqual([]);
});

test("[S260] declining on one device ends the ringing on all, and the call of a direct channel", async () => {
  const { bob, channel, a } = await openPair();
  const devices = [await attach(bob), await attach(bob)];
  const { call } = await startCall(a);
  for (const device of devices) await signalOf(device, "ring.started");
  await perform(bob, channel, [{ id: "1", type: "call.decline", call }]);
  for (const device of devices)
    expect(await signalOf(device, "ring.ended")).toMatchObject({ call, reason: "declined" });
  expect(await a.event(call + 1)).toMatchObject({ type: "call.ended", data: { reason: "declined" } });
  expect(await signalOf(a, "call.left")).toMatchObject({ reason: "ended" });
});

test("[S260] a caller who leaves cancels the ring, and the call was missed", async () => {
  const { alice, bob, channel, a } = await openPair();
  const phone = await attach(bob);
  const { call, startedAt } = await startCall(a);
  await signalOf(phone, "ring.started");
  await a.answer(a.send({ type: "call.leave" }), "ack");
  expect(await signalOf(phone, "ring.ended")).toMatchObject({ call, reason: "cancelled" });
  expect(await a.event(call + 1)).toMatchObject({ data: { reason: "cancelled", joined: [alice.id], rang: true } });
  const missed = { seq: call + 1, by: alice.id, at: startedAt };
  // The channel does not deliver a row that it was asked for.
  const shown = () =>
    phone.frames.filter(isLiveInbox).flatMap(({ rows }) => rows.flatMap(({ missed: one }) => one ?? []));
  await expect.poll(shown, { timeout: 10_000 }).toContainEqual(missed);
  expect((await inboxRowOf(bob, channel))?.missed).toEqual(missed);
  expect((await inboxRowOf(alice, channel))?.missed).toBeUndefined();
  await request(`/v1/channels/${channel}/read`, { method: "PUT", token: bob.token, body: { seq: call + 1 } });
  expect((await inboxRowOf(bob, channel))?.missed).toBeUndefined();
});

test("[S260] a ring without an answer times out, and ends the call of a direct channel", async () => {
  setCallTimes({ ringMs: 400 });
  const { bob, a } = await openPair();
  const phone = await attach(bob);
  const { call } = await startCall(a);
  expect(await signalOf(phone, "ring.ended")).toMatchObject({ call, reason: "timed_out" });
  expect(await a.event(call + 1)).toMatchObject({ data: { reason: "unanswered" } });
  await flushInbox(phone);
  expect(signalsOf(phone, "ring.ended")).toHaveLength(1);
});

test("[S259] a group is shown the call, and rings only if the caller asks", async () => {
  const { bob, carol, channel, a, b } = await openTrio();
  const [phone, other] = [await attach(bob), await attach(carol)];
  const one = await startCall(a);
  await phone.until(isLiveInbox);
  expect((await inboxRowOf(bob, channel))?.call).toMatchObject({ call: one.call, rings: false });
  await a.answer(a.send({ type: "call.leave" }), "ack");
  await a.event(one.call + 1);
  expect((await inboxRowOf(bob, channel))?.missed).toBeUndefined();
  const two = await startCall(a, silent, true);
  expect(await signalOf(other, "ring.started")).toMatchObject({ call: two.call });
  await joinCall(b, two.call);
  expect(await signalOf(phone, "ring.ended")).toMatchObject({ reason: "taken" });
  await flushInbox(other);
  expect(signalsOf(other, "ring.ended")).toEqual([]);
  await perform(carol, channel, [{ id: "1", type: "call.decline", call: two.call }]);
  expect(await signalOf(other, "ring.ended")).toMatchObject({ reason: "declined" });
  expect((await rosterOf(a))?.call).toBe(two.call);
  expect([...signalsOf(phone, "ring.started"), ...signalsOf(other, "ring.started")]).toHaveLength(2);
});

test.each([
  ["a mute", "mute", { forMs: 60_000 }],
  ["the level nothing", "level", { level: "nothing" }],
])("[S261] %s silences rings, and the call is still shown", async (_, setting, body) => {
  const { bob, channel, a } = await openPair();
  const phone = await attach(bob);
  await request(`/v1/channels/${channel}/${setting}`, { method: "PUT", token: bob.token, body });
  const { call } = await startCall(a);
  await expect.poll(async () => (await inboxRowOf(bob, channel))?.call).toMatchObject({ call, rings: false });
  await flushInbox(phone);
  expect(signalsOf(phone, "ring.started")).toEqual([]);
});

test("[S261] do-not-disturb silences rings", async () => {
  const { bob, channel, a } = await openPair();
  await request("/v1/me", { method: "PATCH", token: bob.token, body: { presence: "dnd" } });
  const phone = await attach(bob);
  await startCall(a);
  await expect.poll(async () => (await inboxRowOf(bob, channel))?.call?.rings).toBe(false);
  await flushInbox(phone);
  expect(signalsOf(phone, "ring.started")).toEqual([]);
});

test("[S259] after a kill nobody is rung anew, and an answer still ends the ringing", async () => {
  const { bob, channel, a, b } = await openPair();
  const phone = await attach(bob);
  const { call } = await startCall(a);
  await signalOf(phone, "ring.started");
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "close" });
  expect((await inboxRowOf(bob, channel))?.call).toMatchObject({ call, rings: false });
  await b.untilClosed();
  await joinCall(await join(bob, channel), call);
  expect(await signalOf(phone, "ring.ended")).toMatchObject({ reason: "taken" });
});

test("[S262] one person rings in one channel a few times at most", async () => {
  const { channel, a } = await openPair();
  for (let times = 0; times < limits.callRings; times++) {
    const { call } = await startCall(a);
    await a.answer(a.send({ type: "call.leave" }), "ack");
    await a.event(call + 1);
  }
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  expect(await codeOf(a, { type: "call.start", media: silent })).toBe("rate_limited");
});

test("a member who joins after a call has not missed it", async () => {
  const { alice, channel, a } = await openTrio();
  const { call } = await startCall(a, silent, true);
  await a.answer(a.send({ type: "call.leave" }), "ack");
  await a.event(call + 1);
  const dave = await register("dave");
  await putMember(alice, channel, dave);
  expect((await inboxRowOf(dave, channel))?.missed).toBeUndefined();
});
