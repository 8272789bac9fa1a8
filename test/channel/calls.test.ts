// A call: who is in it, what reaches whom, and its two entries in the log.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits } from "../../src/protocol";
import {
  codeOf,
  filming,
  joinCall,
  rosterOf,
  signalOf,
  signalsOf,
  silent,
  speaking,
  startCall,
} from "../support/calls";
import { register, removeMember } from "../support/http";
import { openPair, openTrio } from "../support/pair";
import { perform } from "../support/poll";
import { accessToken, join, openSocket } from "../support/socket";

const typesIn = (channel: string): Promise<string[]> =>
  runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) =>
    storage.sql
      .exec<{ type: string }>("SELECT type FROM entries WHERE type LIKE 'call.%' ORDER BY seq")
      .toArray()
      .map(({ type }) => type),
  );

test("[S248] a call has two entries, and its seq identifies it", async () => {
  const { alice, bob, channel, a, b } = await openPair();
  const started = await startCall(a, speaking);
  expect(await b.event(started.call)).toMatchObject({ type: "call.started", actor: alice.id, data: { rang: true } });
  const joined = await joinCall(b, started.call, speaking);
  expect(joined).toMatchObject({ call: started.call, by: alice.id, capacity: limits.callPeers, completeInMs: 0 });
  expect(joined.peers.map(({ user }) => user)).toEqual([alice.id, bob.id]);
  await b.answer(b.send({ type: "call.leave" }), "ack");
  const ended = await a.event(started.call + 1);
  const data = {
    call: started.call,
    startedAt: started.startedAt,
    joined: [alice.id, bob.id],
    rang: true,
    reason: "left",
  };
  expect(ended).toMatchObject({ type: "call.ended", data });
  expect(await signalOf(a, "call.left")).toMatchObject({ peer: joined.mine.peer, reason: "left" });
  expect(await rosterOf(a)).toBeNull();
  expect(await typesIn(channel)).toEqual(["call.started", "call.ended"]);
});

test("[S250] joins are numbered in their order, and a number is not used twice", async () => {
  const { a, b, c } = await openTrio();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  await b.answer(b.send({ type: "call.leave" }), "ack");
  const three = await joinCall(c, one.call);
  const again = await joinCall(b, one.call);
  const numbers = [one, two, three, again].map(({ mine }) => mine.peer);
  expect(numbers).toEqual([...new Set(numbers)].sort((x, y) => x - y));
  expect(again.mine.resumed).toBe(false);
});

test("[S250] a second start joins the call that is on, also in the same turn", async () => {
  const { channel, a, b } = await openPair();
  const [one, two] = await Promise.all([startCall(a), startCall(b)]);
  expect(two.call).toBe(one.call);
  expect((await rosterOf(a))?.peers).toHaveLength(2);
  expect(await typesIn(channel)).toEqual(["call.started"]);
});

test("[S251] a signal reaches one peer of the same call only", async () => {
  const { a, b, c } = await openTrio();
  const one = await startCall(a);
  const two = await joinCall(b, one.call);
  const description = { type: "offer", sdp: "v=0" } as const;
  const sent = b.send({ type: "call.signal", to: one.mine.peer, description });
  await b.answer(sent, "ack");
  expect(await signalOf(a, "call.signal")).toMatchObject({ from: two.mine.peer, call: one.call, description });
  const outsider = { type: "call.signal", to: one.mine.peer, restart: true } as const;
  expect(await codeOf(c, outsider)).toBe("not_in_call");
  expect(await codeOf(b, { ...outsider, to: two.mine.peer })).toBe("peer_gone");
  expect(await codeOf(b, { ...outsider, to: 999_999 })).toBe("peer_gone");
  expect(await codeOf(b, { ...outsider, description })).toBe("invalid");
  const long = { ...description, sdp: "x".repeat(limits.callDescriptionCharacters + 1) };
  expect(await codeOf(b, { type: "call.signal", to: one.mine.peer, description: long })).toBe("invalid");
  await rosterOf(a);
  expect(signalsOf(a, "call.signal")).toHaveLength(1);
  expect(signalsOf(c, "call.signal")).toHaveLength(0);
});

test("[S252] what a peer sends reaches the peers, and needs its permission and room", async () => {
  const { a, b, c } = await openTrio();
  const one = await startCall(a);
  await joinCall(b, one.call);
  await b.answer(b.send({ type: "call.state", ...speaking }), "ack");
  expect(await signalOf(a, "call.state")).toMatchObject({ muted: false, connected: true });
  expect(await codeOf(c, { type: "call.state", ...speaking })).toBe("not_in_call");
  await rosterOf(c);
  expect(signalsOf(c, "call.state")).toHaveLength(0);
});

test("[S253] a call with a camera has room for four, one without for eight", async () => {
  const { alice, channel, a } = await openTrio();
  const devices = [a];
  const access = await accessToken(alice.token);
  const open = () => openSocket(`/v1/channels/${channel}/socket`, access);
  const { call } = await startCall(a, filming);
  for (let count = 1; count < limits.callVideoPeers; count++) {
    const device = await open();
    await joinCall(device, call);
    devices.push(device);
  }
  const fifth = await open();
  expect(await codeOf(fifth, { type: "call.join", call, media: silent })).toBe("call_video_full");
  await a.answer(a.send({ type: "call.state", ...silent }), "ack");
  await joinCall(fifth, call);
  expect(await codeOf(a, { type: "call.state", ...filming })).toBe("call_video_full");
  for (let count = limits.callVideoPeers + 1; count < limits.callPeers; count++) await joinCall(await open(), call);
  expect(await codeOf(await open(), { type: "call.join", call, media: silent })).toBe("call_full");
  expect(await rosterOf(a)).toMatchObject({ capacity: limits.callPeers, peers: { length: limits.callPeers } });
});

test("a removed member leaves the call in the turn of the removal", async () => {
  const { alice, bob, channel, a, b } = await openTrio();
  const { call } = await startCall(a);
  const two = await joinCall(b, call);
  await removeMember(alice, channel, bob);
  expect(await signalOf(a, "call.left")).toMatchObject({ peer: two.mine.peer, reason: "removed" });
  expect((await rosterOf(a))?.peers).toHaveLength(1);
  await b.untilClosed();
});

test("outsiders have no part in a call", async () => {
  const { channel, a } = await openPair();
  const { call } = await startCall(a);
  const eve = await register("eve");
  const commands = [
    { type: "call.roster", id: "1" },
    { type: "call.join", id: "2", call, media: silent },
  ];
  await expect(perform(eve, channel, commands)).rejects.toThrow("404");
});

test("over HTTP a call can be read and declined, and not joined", async () => {
  const { bob, channel, a } = await openPair();
  const { call } = await startCall(a);
  const answers = await perform(bob, channel, [
    { type: "call.roster", id: "1" },
    { type: "call.join", id: "2", call, media: silent },
    { type: "call.decline", id: "3", call },
  ]);
  expect(answers).toMatchObject([{ type: "ack", call: { call } }, { code: "invalid" }, { type: "ack" }]);
  expect(await a.event(call + 1)).toMatchObject({ type: "call.ended", data: { reason: "declined" } });
});

test("[S249] a device that subscribes sees the call that is on, and what it may do there", async () => {
  const { alice, bob, channel, a } = await openPair();
  const { call } = await startCall(a);
  const late = await join(bob, channel);
  const ready = await late.until((frame) => frame.type === "ready");
  expect(ready).toMatchObject({ calls: ["call", "speak", "video", "share"], call: { call, by: alice.id } });
  expect(ready.permissions).not.toContain("call");
});

test("notes to oneself have no calls", async () => {
  const alice = await register("alice");
  const { openDirect } = await import("../support/http");
  const channel = await openDirect(alice, alice);
  const device = await join(alice, channel);
  expect(await codeOf(device, { type: "call.start", media: silent })).toBe("forbidden");
});
