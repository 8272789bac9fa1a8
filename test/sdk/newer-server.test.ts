// A client may be older than its server: what it has never heard of costs it nothing but that.
import { beforeEach, expect, test } from "vitest";
import { hearServerFrame } from "../../src/protocol";
import type { ChannelHandle } from "../../src/sdk";
import { FakeServer } from "./support/fake-server";
import { settle } from "./support/turned-clock";

let server: FakeServer;
let channel: ChannelHandle;
let told: number[];

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
  channel = server.client("alice").channel("c_1");
  told = [];
  channel.onEvent(({ seq }) => told.push(seq));
  await channel.open();
});

/** An entry of a kind that this client does not know takes the next place in the log. */
function sing(): void {
  const event = server.log("c_1").note("u_bob", { type: "member.left", data: { user: "u_bob" } });
  Object.assign(event, { type: "song.sung", data: { verses: 3 } });
}

test("an entry of an unknown type takes its seq, and the rest of its frame is heard", async () => {
  const log = server.log("c_1");
  const two = log.say("u_bob", "two");
  sing();
  const four = log.say("u_bob", "four");
  server.broadcast("c_1", [two, ...log.events.slice(2, 3), four]);
  await settle();
  expect(channel.view.get()).toMatchObject({ phase: "live", head: 4 });
  expect(channel.view.get().messages.map(({ text }) => text)).toEqual(["one", "two", "four"]);
  expect(told).toEqual([2, 4]);
  expect(server.commands("c_1", "channel.subscribe")).toHaveLength(1);
});

test("it is no obstacle to a resume either", async () => {
  server.socket("c_1").cut();
  sing();
  sing();
  server.log("c_1").say("u_bob", "four");
  server.resumePage = 1;
  await server.clock.turn(1_000);
  expect(channel.view.get()).toMatchObject({ phase: "live", head: 4 });
  expect(channel.view.get().messages.map(({ text }) => text)).toEqual(["one", "four"]);
  expect(server.sockets).toHaveLength(2);
});

test("[S49] of an unknown error only `temporary` is believed", async () => {
  const refuse = (temporary: boolean) => {
    const { id } = server.commands("c_1", "message.send").at(-1) ?? {};
    server.socket("c_1").sayRaw(JSON.stringify({ type: "error", id, code: "full_moon", temporary, retryAfterMs: 100 }));
  };
  server.socket("c_1").heard = (text) => server.socket("c_1").sent.at(-1) === text;
  channel.send("try");
  await settle();
  refuse(true);
  await server.clock.turn(50);
  expect(channel.view.get().messages[1]?.delivery.state).toBe("sending");
  await server.clock.turn(100);
  expect(server.commands("c_1", "message.send")).toHaveLength(2);
  refuse(false);
  await settle();
  const delivery = { state: "failed", change: "send", code: "internal", detail: "full_moon" };
  expect(channel.view.get().messages[1]?.delivery).toEqual(delivery);
});

test("over HTTP too, of an unknown code `temporary` is believed", async () => {
  let attempts = 0;
  server.intercept = () => {
    attempts++;
    return Response.json(
      { type: "about:blank", title: "?", status: 409, code: "full_moon", temporary: true },
      { status: 409 },
    );
  };
  const refused = channel.pins().catch((error) => error);
  await server.clock.turn(10_000);
  expect(await refused).toMatchObject({ code: "temporary", temporary: true });
  expect(attempts).toBe(3);
});

test("an entry without a place is no entry, and a frame of an unknown type stays unread", () => {
  const frame = { type: "events", channel: "c_1", epoch: "e1", head: 2 };
  expect(hearServerFrame(JSON.stringify({ ...frame, events: [{ type: "song.sung" }] })).ok).toBe(false);
  expect(hearServerFrame(JSON.stringify({ type: "song" })).ok).toBe(false);
  expect(hearServerFrame("{").ok).toBe(false);
});
