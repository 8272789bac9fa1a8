import { beforeEach, expect, test } from "vitest";
import type { Event } from "../../../src/protocol";
import type { ChannelHandle } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let channel: ChannelHandle;
let emitted: Event[];

const texts = () => channel.view.get().messages.map(({ text }) => text);
const seqs = () => emitted.map(({ seq }) => seq);

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
  server.log("c_1").say("u_bob", "two");
  channel = server.client("alice").channel("c_1");
  emitted = [];
  channel.onEvent((event) => emitted.push(event));
  await channel.open();
});

test("events missed while offline arrive page by page, in order and once", async () => {
  server.resumePage = 3;
  server.socket("c_1").cut();
  for (let i = 3; i <= 10; i++) server.log("c_1").say("u_bob", `line ${i}`);
  expect(channel.view.get().phase).toBe("catching-up");
  await server.clock.advance(1_000);
  expect(channel.view.get().phase).toBe("live");
  expect(seqs()).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  expect(texts()).toHaveLength(10);
  const requestedFrom = server.commands("c_1", "channel.subscribe").map(({ from }) => from?.after);
  expect(requestedFrom).toEqual([undefined, 2, 5, 8]);
});

test("a message whose confirmation was lost is sent again and exists once", async () => {
  server.socket("c_1").isHeld = true;
  const { key } = channel.send("only once");
  await settle();
  expect(server.log("c_1").head).toBe(3);
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(server.log("c_1").head).toBe(3);
  expect(texts()).toEqual(["one", "two", "only once"]);
  expect(channel.view.get().messages[2]).toMatchObject({ key, seq: 3, delivery: { state: "sent" } });
});

test("a message that never arrived is sent again unchanged over the next connection", async () => {
  server.socket("c_1").isDead = true;
  channel.send("a");
  channel.send("b");
  await settle();
  server.socket("c_1").cut();
  server.log("c_1").say("u_bob", "meanwhile");
  await server.clock.advance(1_000);
  expect(texts()).toEqual(["one", "two", "meanwhile", "a", "b"]);
  expect(server.commands("c_1", "message.send").map(({ text, after }) => [text, after])).toEqual([
    ["a", 2],
    ["b", 2],
  ]);
});

test("a gap in the events makes the client resume from its cursor", async () => {
  server.log("c_1").say("u_bob", "three");
  const four = server.log("c_1").say("u_bob", "four");
  server.broadcast("c_1", [four]);
  await settle();
  expect(server.commands("c_1", "channel.subscribe").at(-1)?.from).toEqual({ epoch: "e1", after: 2 });
  expect(seqs()).toEqual([3, 4]);
  expect(texts()).toEqual(["one", "two", "three", "four"]);
});

test("an event that has been applied is not applied again", async () => {
  const three = await server.say("c_1", "three");
  server.broadcast("c_1", [three]);
  await settle();
  expect(seqs()).toEqual([3]);
  expect(texts()).toEqual(["one", "two", "three"]);
});

test("a new epoch drops the local log and reloads it, and pending commands keep their old cursor", async () => {
  server.socket("c_1").isDead = true;
  channel.send("survivor");
  await settle();
  server.log("c_1").restore("e2", 1);
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(texts()).toEqual(["one", "survivor"]);
  expect(channel.view.get()).toMatchObject({ phase: "live", head: 2 });
  expect(server.commands("c_1", "message.send")[0]).toMatchObject({ epoch: "e1", after: 2 });
});

/** Refuses the first command of a type for a second, so that its answer comes after the others. */
function delayOnce(type: "channel.subscribe" | "history.page"): void {
  let isDelayed = false;
  server.refuse = (command) => {
    if (command.type !== type || isDelayed) return null;
    isDelayed = true;
    return { code: "rate_limited", retryAfterMs: 1_000 };
  };
}

test("events between the first page and joining are loaded", async () => {
  delayOnce("channel.subscribe");
  const late = server.client("carol").channel("c_1");
  const opened = late.open();
  await server.clock.advance(500);
  expect(late.view.get()).toMatchObject({ phase: "loading", head: 2 });
  await server.say("c_1", "three");
  await server.clock.advance(1_000);
  await opened;
  expect(late.view.get().messages.map(({ text }) => text)).toEqual(["one", "two", "three"]);
});

test("events between joining and the first page show, and are emitted once", async () => {
  delayOnce("history.page");
  const late = server.client("carol").channel("c_1");
  const emittedSeqs: number[] = [];
  late.onEvent(({ seq }) => emittedSeqs.push(seq));
  const opened = late.open();
  await server.clock.advance(500);
  await server.say("c_1", "three");
  await server.clock.advance(1_000);
  await opened;
  await server.say("c_1", "four");
  expect(late.view.get().messages.map(({ text }) => text)).toEqual(["one", "two", "three", "four"]);
  expect(emittedSeqs).toEqual([3, 4]);
});

test("the highest read mark is sent again over the next connection", async () => {
  channel.markRead(2);
  await settle();
  server.reads = {};
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(server.reads).toEqual({ u_alice: 2 });
});

test("a listener that throws does not stop the log", async () => {
  channel.onEvent(() => {
    throw new Error("from the listener");
  });
  await server.say("c_1", "three");
  await server.say("c_1", "four");
  expect(seqs()).toEqual([3, 4]);
});

test("an unreadable resume is requested again, but not in a loop", async () => {
  server.sendsUnreadableResumes = true;
  server.socket("c_1").cut();
  server.log("c_1").say("u_bob", "three");
  await server.clock.advance(10_000);
  expect(channel.view.get().phase).toBe("catching-up");
  expect(server.commands("c_1", "channel.subscribe").length).toBeLessThan(15);
  server.sendsUnreadableResumes = false;
  await server.clock.advance(30_000);
  expect(channel.view.get().phase).toBe("live");
  expect(texts()).toEqual(["one", "two", "three"]);
});

test("unreadable frames are skipped", async () => {
  server.socket("c_1").sayRaw("{");
  server.socket("c_1").sayRaw('{"type":"reaction.added"}');
  await server.say("c_1", "three");
  expect(texts()).toEqual(["one", "two", "three"]);
});
