// A client may be older than its server. It ignores what it does not know, and everything else
// works.
import { beforeEach, expect, test } from "vitest";
import { hearServerFrame } from "../../src/protocol";
import type { ChannelHandle } from "../../src/sdk";
import { FakeServer } from "./support/fake-server";
import { settle } from "./support/manual-clock";

let server: FakeServer;
let channel: ChannelHandle;
let emittedSeqs: number[];

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
  channel = server.client("alice").channel("c_1");
  emittedSeqs = [];
  channel.onEvent(({ seq }) => emittedSeqs.push(seq));
  await channel.open();
});

/** Appends an entry of a type that this client does not know. */
function appendUnknown(): void {
  const event = server.log("c_1").notice("u_bob", { type: "member.left", data: { user: "u_bob" } });
  Object.assign(event, { type: "song.sung", data: { verses: 3 } });
}

test("an entry of an unknown type takes its seq, and the rest of its frame is applied", async () => {
  const log = server.log("c_1");
  const two = log.say("u_bob", "two");
  appendUnknown();
  const four = log.say("u_bob", "four");
  server.broadcast("c_1", [two, ...log.events.slice(2, 3), four]);
  await settle();
  expect(channel.view.get()).toMatchObject({ phase: "live", head: 4 });
  expect(channel.view.get().messages.map(({ text }) => text)).toEqual(["one", "two", "four"]);
  expect(emittedSeqs).toEqual([2, 4]);
  expect(server.commands("c_1", "channel.subscribe")).toHaveLength(1);
});

test("entries of an unknown type do not prevent a resume", async () => {
  server.socket("c_1").cut();
  appendUnknown();
  appendUnknown();
  server.log("c_1").say("u_bob", "four");
  server.resumePage = 1;
  await server.clock.advance(1_000);
  expect(channel.view.get()).toMatchObject({ phase: "live", head: 4 });
  expect(channel.view.get().messages.map(({ text }) => text)).toEqual(["one", "four"]);
  expect(server.sockets).toHaveLength(2);
});

test("[S49] for an unknown error code, `temporary` applies", async () => {
  const refuse = (temporary: boolean) => {
    const { id } = server.commands("c_1", "message.send").at(-1) ?? {};
    server.socket("c_1").sayRaw(JSON.stringify({ type: "error", id, code: "full_moon", temporary, retryAfterMs: 100 }));
  };
  server.socket("c_1").onCommand = (text) => server.socket("c_1").sent.at(-1) === text;
  channel.send("try");
  await settle();
  refuse(true);
  await server.clock.advance(50);
  expect(channel.view.get().messages[1]?.delivery.state).toBe("sending");
  await server.clock.advance(100);
  expect(server.commands("c_1", "message.send")).toHaveLength(2);
  refuse(false);
  await settle();
  const delivery = { state: "failed", change: "send", code: "internal", detail: "full_moon" };
  expect(channel.view.get().messages[1]?.delivery).toEqual(delivery);
});

test("for an unknown error code over HTTP, `temporary` applies too", async () => {
  let attempts = 0;
  server.intercept = () => {
    attempts++;
    return Response.json(
      { type: "about:blank", title: "?", status: 409, code: "full_moon", temporary: true },
      { status: 409 },
    );
  };
  const refused = channel.pins().catch((error) => error);
  await server.clock.advance(10_000);
  expect(await refused).toMatchObject({ code: "temporary", temporary: true });
  expect(attempts).toBe(3);
});

test("an entry without a seq is invalid, and so is a frame of an unknown type", () => {
  const frame = { type: "events", channel: "c_1", epoch: "e1", head: 2 };
  expect(hearServerFrame(JSON.stringify({ ...frame, events: [{ type: "song.sung" }] })).ok).toBe(false);
  expect(hearServerFrame(JSON.stringify({ type: "song" })).ok).toBe(false);
  expect(hearServerFrame("{").ok).toBe(false);
});
