// Drafts of two devices whose clocks differ: only the server's clock decides.
import { beforeEach, expect, test } from "vitest";
import type { Client } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const texts = () => server.drafts("c_1").map(({ text }) => text);
const shown = (client = alice) => client.drafts.get("c_1", null).get()?.text ?? null;
const write = (text: string) => alice.drafts.put("c_1", null, { text });

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "line 1");
  alice = server.client("alice");
  await alice.connect();
});

const TEN_MINUTES = 10 * 60_000;
for (const aheadMs of [TEN_MINUTES, 0, -TEN_MINUTES]) {
  const clock = () => ({
    now: () => server.clock.now() + aheadMs,
    setTimeout: server.clock.setTimeout.bind(server.clock),
    clearTimeout: server.clock.clearTimeout.bind(server.clock),
  });

  test(`[S167] a change made offline loses to a later one on a phone; the clock is ${aheadMs} ms ahead`, async () => {
    const laptop = server.client("alice", { clock: clock() });
    await laptop.connect();
    server.isOffline = true;
    for (const socket of server.sockets) socket.cut();
    laptop.drafts.put("c_1", null, { text: "older, on the laptop" });
    await server.clock.advance(60_000);
    server.isOffline = false;
    alice.retryNow();
    await settle();
    write("newer, on the phone");
    await server.clock.advance(5_000);
    laptop.retryNow();
    await server.clock.advance(5_000);
    expect([shown(laptop), shown(alice)]).toEqual(["newer, on the phone", "newer, on the phone"]);
    expect(texts()).toEqual(["newer, on the phone"]);
    laptop.drafts.put("c_1", null, { text: "newest" });
    await server.clock.advance(5_000);
    expect([shown(laptop), shown(alice)]).toEqual(["newest", "newest"]);
  });

  test(`[S167] a change made offline wins over an earlier one; the clock is ${aheadMs} ms ahead`, async () => {
    const laptop = server.client("alice", { clock: clock() });
    await laptop.connect();
    write("older, on the phone");
    await server.clock.advance(5_000);
    server.isOffline = true;
    for (const socket of server.sockets) socket.cut();
    laptop.drafts.put("c_1", null, { text: "newer, on the laptop" });
    await server.clock.advance(60_000);
    server.isOffline = false;
    for (const one of [alice, laptop]) one.retryNow();
    await server.clock.advance(5_000);
    expect([shown(laptop), shown(alice)]).toEqual(["newer, on the laptop", "newer, on the laptop"]);
  });

  test(`[S167] a kept draft counts from when it was written; the clock is ${aheadMs} ms ahead`, async () => {
    const writtenAt = clock().now();
    await server.clock.advance(30_000);
    write("on the phone");
    await server.clock.advance(2_000);
    write("");
    await server.clock.advance(2_000);
    const laptop = server.client("alice", { clock: clock() });
    await laptop.connect();
    laptop.drafts.put("c_1", null, { text: "on the", writtenAt });
    expect(shown(laptop)).toBeNull();
    await server.clock.advance(5_000);
    expect([shown(laptop), ...texts()]).toEqual([null, "on the phone", ""]);
    laptop.drafts.put("c_1", null, { text: "kept", writtenAt: clock().now() - 1_000 });
    await server.clock.advance(5_000);
    expect([shown(laptop), shown(alice)]).toEqual(["kept", "kept"]);
  });
}
