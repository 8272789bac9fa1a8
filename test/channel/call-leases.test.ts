// How long a peer stays in a call without its socket, and what survives hibernation and a kill.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ring } from "../support/archive";
import {
  codeOf,
  type Joined,
  joinCall,
  resetCallTimes,
  rosterOf,
  setCallTimes,
  signalOf,
  signalsOf,
  silent,
  startCall,
} from "../support/calls";
import { request } from "../support/http";
import { openPair, openTrio } from "../support/pair";
import { composedAt, type Device, join } from "../support/socket";
import { countWrites } from "../support/written-rows";

/** How long a peer stays in these tests. Milliseconds. */
const GRACE_MS = 600;
const LEASE_MS = 1_500;

beforeEach(() => setCallTimes({ graceMs: GRACE_MS, leaseMs: LEASE_MS }));
afterEach(resetCallTimes);

const channelOf = (channel: string) => env.CHANNELS.getByName(channel);
const hibernate = (channel: string) => evictDurableObject(channelOf(channel), { webSockets: "hibernate" });
const kill = (channel: string) => evictDurableObject(channelOf(channel), { webSockets: "close" });

const numbersIn = async (device: Device) => (await rosterOf(device))?.peers.map(({ peer }) => peer) ?? [];

test("[S250] a call survives hibernation with its peers and their numbers", async () => {
  const { channel, a, b, c } = await openTrio();
  const one = await startCall(a, silent, true);
  const two = await joinCall(b, one.call);
  await hibernate(channel);
  const three = await joinCall(c, one.call);
  expect(await numbersIn(a)).toEqual([one, two, three].map(({ mine }) => mine.peer));
  expect(three).toMatchObject({ completeInMs: 0, mine: { resumed: false } });
  await b.answer(b.send({ type: "call.signal", to: one.mine.peer, restart: true }), "ack");
  expect(await signalOf(a, "call.signal")).toMatchObject({ from: two.mine.peer, restart: true });
});

test("[S255] a lost socket comes back as the same peer, on another socket", async () => {
  const { bob, channel, a, b } = await openPair();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  b.close();
  expect(await signalOf(a, "call.state")).toMatchObject({ peer: two.mine.peer, connected: false });
  expect(await codeOf(a, { type: "call.signal", to: two.mine.peer, restart: true })).toBe("temporary");
  await hibernate(channel);
  const again = await join(bob, channel);
  const back = await joinCall(again, one.call, silent, two.mine.token);
  expect(back.mine).toMatchObject({ peer: two.mine.peer, resumed: true });
  expect(signalsOf(a, "call.left")).toEqual([]);
  await expect.poll(() => signalsOf(a, "call.joined").at(-1)?.peer.connected).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, GRACE_MS * 1.5));
  expect(await numbersIn(a)).toEqual([one.mine.peer, two.mine.peer]);
});

test("[S255] a socket that is lost for longer is no ghost, and its token is used up", async () => {
  const { bob, channel, a, b } = await openPair();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  const lostAt = Date.now();
  b.close();
  const left = await signalOf(a, "call.left");
  expect(left).toMatchObject({ peer: two.mine.peer, reason: "lost" });
  expect(Date.now() - lostAt).toBeGreaterThanOrEqual(GRACE_MS - 50);
  expect(Date.now() - lostAt).toBeLessThan(GRACE_MS + 5_000);
  const back = await joinCall(await join(bob, channel), one.call, silent, two.mine.token);
  expect(back.mine.resumed).toBe(false);
  expect(back.mine.peer).toBeGreaterThan(two.mine.peer);
});

test("[S255] a device without a heartbeat is lost, and one with heartbeats is not", async () => {
  const { a, b } = await openPair();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  const beats = setInterval(() => a.socket.send("ping"), LEASE_MS / 5);
  try {
    expect(await signalOf(a, "call.left")).toMatchObject({ peer: two.mine.peer, reason: "lost" });
    expect(await numbersIn(a)).toEqual([one.mine.peer]);
  } finally {
    clearInterval(beats);
  }
});

test("[S256] after a kill the peers come back with their numbers, and nobody has left", async () => {
  const { alice, bob, channel, a, b } = await openPair();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  await kill(channel);
  const backIn = async (person: typeof alice, { call, mine }: Joined) => {
    const device = await join(person, channel);
    return { device, joined: await joinCall(device, call, silent, mine.token) };
  };
  const first = await backIn(alice, one);
  expect(first.joined.mine).toMatchObject({ peer: one.mine.peer, resumed: true });
  expect(first.joined.completeInMs).toBeGreaterThan(0);
  // A device that joins before the others are back gets a number that none of them has.
  const new_ = await joinCall(await join(alice, channel), one.call);
  expect(new_.mine.peer).toBeGreaterThan(two.mine.peer);
  const second = await backIn(bob, two);
  expect(second.joined.mine).toMatchObject({ peer: two.mine.peer, resumed: true });
  expect(await codeOf(second.device, { type: "call.signal", to: one.mine.peer, restart: true })).toBe("accepted");
  expect(signalsOf(first.device, "call.left")).toEqual([]);
});

test("[S256] a call to which nobody comes back after a kill ends by its alarm", async () => {
  const { bob, channel, a, b } = await openPair();
  const { call } = await startCall(a);
  await joinCall(b, call);
  await kill(channel);
  const late = await join(bob, channel);
  expect(await late.event(call + 1)).toMatchObject({ type: "call.ended", data: { call, reason: "lost" } });
});

test("[S255] a token belongs to one person, one session and one call", async () => {
  const { bob, channel, a, b, c } = await openTrio();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  b.close();
  expect((await joinCall(c, one.call, silent, two.mine.token)).mine).toMatchObject({ resumed: false });
  const forged = `${two.mine.token.slice(0, -2)}xx`;
  const device = await join(bob, channel);
  expect((await joinCall(device, one.call, silent, forged)).mine.resumed).toBe(false);
  expect(await codeOf(device, { type: "call.join", call: one.call + 1, media: silent })).toBe("call_over");
});

test("a session that ends leaves the call at once", async () => {
  const { bob, a, b } = await openPair();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  await request("/v1/sessions/current", { method: "DELETE", token: bob.token });
  expect(await signalOf(a, "call.left")).toMatchObject({ peer: two.mine.peer, reason: "removed" });
});

test("while nothing is signalled, a call writes nothing but its alarm", async () => {
  setCallTimes({ leaseMs: LEASE_MS });
  const { channel, a, b } = await openTrio();
  const { call } = await startCall(a);
  await joinCall(b, call);
  await expect
    .poll(async () => {
      await ring(channel);
      const answer = await channelOf(channel).state();
      return answer.ok && answer.value.archived === answer.value.head;
    })
    .toBe(true);
  // The alarms for the entry that began the call are over.
  await hibernate(channel);
  const beat = () => [a, b].map(({ socket }) => socket.send("ping"));
  beat();
  const counted = await countWrites(channel);
  const beats = setInterval(beat, LEASE_MS / 5);
  await new Promise((resolve) => setTimeout(resolve, 4 * LEASE_MS));
  clearInterval(beats);
  expect(counted.rows).toEqual({});
  // A lease that was renewed a fifth of it ago lasts for four fifths.
  expect(counted.alarms).toBeGreaterThanOrEqual(1);
  expect(counted.alarms).toBeLessThanOrEqual(6);
  expect((await rosterOf(a))?.peers).toHaveLength(2);
});

test("the state of a socket fits, also if many people were in the call", async () => {
  const { channel, a } = await openPair();
  const { call } = await startCall(a);
  await runInDurableObject(channelOf(channel), (_, state) => {
    const sockets = state.getWebSockets();
    const users = Array.from({ length: 100 }, (_unused, i) => `u_${String(i).padStart(19, "0")}`);
    const inCall = sockets.find((socket) => socket.deserializeAttachment().call);
    if (!inCall) throw new Error("no socket is in the call");
    const attached = inCall.deserializeAttachment();
    const peers = Array.from({ length: 7 }, () => attached.call.own);
    inCall.serializeAttachment({ ...attached, call: { ...attached.call, joined: users, quiet: users, away: peers } });
  });
  await hibernate(channel);
  expect((await rosterOf(a))?.call).toBe(call);
});

test("a message costs no row more while a call is on", async () => {
  const { channel, a, b, epoch } = await openPair();
  await joinCall(b, (await startCall(a)).call);
  const counted = await countWrites(channel);
  a.send({ type: "message.send", ...composedAt(epoch, 1), text: "hello" });
  await b.event(2);
  expect(counted.rows).toEqual({ entries: 1 });
});
