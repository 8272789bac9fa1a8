// A direct channel in which bob blocks alice, and calls. She gets the answers as before.
import { afterEach, beforeEach, expect, test } from "vitest";
import { block, unblock } from "../support/block";
import {
  codeOf,
  flushInbox,
  inboxRowOf,
  resetCallTimes,
  rosterOf,
  setCallTimes,
  signalOf,
  signalsOf,
  silent,
  startCall,
} from "../support/calls";
import { openDirect, type Person, register } from "../support/http";
import { Poller } from "../support/poll";
import { attach, type Device, join } from "../support/socket";

let alice: Person;
let bob: Person;
let channel: string;
let a: Device;

beforeEach(async () => {
  setCallTimes({ ringMs: 1_500 });
  [alice, bob] = [await register("alice"), await register("bob")];
  channel = await openDirect(alice, bob);
  a = await join(alice, channel);
});
afterEach(resetCallTimes);

test("[S215] [S259] a call of a blocked person neither rings nor shows, and ends as one without an answer", async () => {
  await block(bob, alice);
  const phone = await attach(bob);
  const b = await join(bob, channel);
  const { call, ringsForMs } = await startCall(a);
  expect(ringsForMs).toBe(0);
  expect(await rosterOf(b)).toBeNull();
  expect(await codeOf(b, { type: "call.join", call, media: silent })).not.toBe("accepted");
  expect(await inboxRowOf(bob, channel)).not.toHaveProperty("call");
  const poller = new Poller(bob, `/v1/channels/${channel}/events`);
  expect(JSON.stringify(await poller.ask())).not.toContain('"call":{');
  expect(await a.event(call + 1)).toMatchObject({ type: "call.ended", data: { rang: true, joined: [alice.id] } });
  await flushInbox(phone);
  expect(signalsOf(phone, "ring.started")).toEqual([]);
  expect(await inboxRowOf(bob, channel)).not.toHaveProperty("missed");
});

test("[S215] a block during a call takes the person who blocks out of it", async () => {
  const b = await join(bob, channel);
  const { call } = await startCall(a);
  await startCall(b);
  expect(await rosterOf(a)).toMatchObject({ call, peers: [{ user: alice.id }, { user: bob.id }] });
  await block(bob, alice);
  expect(await signalOf(a, "call.left")).toMatchObject({ reason: "removed" });
  expect(await a.event(call + 1)).toMatchObject({ type: "call.ended" });
  await unblock(bob, alice);
  const again = await join(bob, channel);
  expect(await rosterOf(again)).toBeNull();
});
