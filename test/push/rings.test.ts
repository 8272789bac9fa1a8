// From a call to the rings on devices, through the queue, to a push service of the tests.
import { expect, test, vi } from "vitest";
import { limits } from "../../src/protocol";
import { joinCall, silent, startCall } from "../support/calls";
import { register } from "../support/http";
import { perform } from "../support/poll";
import { join } from "../support/socket";
import { group, pair, put, renewService, service, soon } from "./notification-support";

vi.setConfig({ testTimeout: 60_000 });
renewService();

const typesOf = (device: { rings: { note: { type: string } }[] }) => device.rings.map(({ note }) => note.type);

test("[S263] every device of the person who is called rings, with a topic and a lifetime of its own", async () => {
  const { alice, bob, channel, a, device } = await pair();
  const phone = await service.subscribe(bob);
  const own = await service.subscribe(alice);
  const { call } = await startCall(a);
  await expect.poll(() => [typesOf(device), typesOf(phone)], soon).toEqual([["ring"], ["ring"]]);
  const [ring] = device.rings;
  const caller = { id: alice.id, name: "alice" };
  expect(ring).toMatchObject({
    note: { channel, call, user: bob.id, kind: "direct", name: "", caller },
    urgency: "high",
  });
  expect(ring?.topic).toBe(`ring-${channel.slice(2)}`);
  expect(ring?.ttl).toBeLessThanOrEqual(limits.callRingMs / 1_000);
  expect(ring?.ttl).toBeGreaterThan(limits.callRingMs / 1_000 - 15);
  expect(own.requests).toBe(0);
  await joinCall(await join(bob, channel), call);
  await expect
    .poll(() => [typesOf(device), typesOf(phone)], soon)
    .toEqual([
      ["ring", "ring_end"],
      ["ring", "ring_end"],
    ]);
  expect(device.rings[1]).toMatchObject({ note: { call, reason: "taken" }, topic: ring?.topic });
});

test("[S263] a call that was cancelled before its push was sent rings nowhere", async () => {
  const { a, device } = await pair();
  const { call } = await startCall(a);
  await a.answer(a.send({ type: "call.leave" }), "ack");
  await a.event(call + 1);
  await expect.poll(() => typesOf(device), soon).toContain("ring_end");
  expect(typesOf(device)).toEqual(["ring_end"]);
});

test("[S261] a person who muted the channel gets no ring, and one without previews no name", async () => {
  const carol = await register("carol");
  const { bob, channel, a, device } = await group(carol);
  const other = await service.subscribe(carol);
  await put(bob, `/v1/channels/${channel}/mute`, { forMs: 60_000 });
  await put(carol, "/v1/me/notifications", { previews: false, quiet: null });
  const { call } = await startCall(a, silent, true);
  await expect.poll(() => typesOf(other), soon).toEqual(["ring"]);
  expect(other.rings[0]?.note).toMatchObject({ kind: "group", name: "", caller: null });
  await perform(carol, channel, [{ id: "1", type: "call.decline", call }]);
  await expect.poll(() => typesOf(other), soon).toEqual(["ring", "ring_end"]);
  expect(device.rings).toEqual([]);
});
