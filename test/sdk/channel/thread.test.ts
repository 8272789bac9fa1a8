import { beforeEach, expect, test } from "vitest";
import type { ChannelHandle, ThreadHandle } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let channel: ChannelHandle;
let thread: ThreadHandle;

const channelTexts = () => channel.view.get().messages.map(({ text }) => text);
const threadTexts = () => thread.view.get().messages.map(({ text }) => text);

beforeEach(async () => {
  server = new FakeServer();
  const log = server.log("c_1");
  log.say("u_bob", "root");
  log.say("u_bob", "beside");
  for (let i = 0; i < 3; i++) log.say("u_bob", `reply ${i}`, { thread: 1 });
  channel = server.client("alice").channel("c_1");
  thread = channel.thread(1);
});

test("a thread opens with its root and replies, and the channel does not show the replies", async () => {
  expect(thread.view.get()).toEqual({ root: null, messages: [], moreBefore: false, phase: "closed", typing: [] });
  const opened = thread.open();
  expect(thread.view.get().phase).toBe("loading");
  await opened;
  expect(thread.view.get()).toMatchObject({ phase: "live", moreBefore: false, root: { seq: 1, text: "root" } });
  expect(threadTexts()).toEqual(["reply 0", "reply 1", "reply 2"]);
  expect(channelTexts()).toEqual(["root", "beside"]);
  expect(channel.thread(1)).toBe(thread);
});

test("another user's reply shows only in its thread, and its root counts it", async () => {
  await Promise.all([channel.open(), thread.open()]);
  await server.say("c_1", "reply 3", "u_carol", { thread: 1 });
  expect(threadTexts()).toEqual(["reply 0", "reply 1", "reply 2", "reply 3"]);
  expect(channelTexts()).toEqual(["root", "beside"]);
  const replies = { count: 4, participants: ["u_carol", "u_bob"], version: 6 };
  expect(channel.view.get().messages[0]?.replies).toMatchObject(replies);
  expect(thread.view.get().root?.replies).toMatchObject(replies);
  expect(channel.view.get().head).toBe(6);
  await server.do("c_1", { type: "message.delete", seq: 6 });
  expect(thread.view.get().messages.at(-1)).toMatchObject({ state: "deleted", text: "" });
  expect(channel.view.get().messages[0]?.replies).toMatchObject({ count: 3, version: 7 });
});

test("a reply that I send shows in the thread immediately, and keeps its key", async () => {
  await Promise.all([channel.open(), thread.open()]);
  const { key } = thread.send("mine", { replyTo: 3 });
  expect(thread.view.get().messages.at(-1)).toMatchObject({ key, seq: null, thread: 1, reply: { preview: "reply 0" } });
  expect(channelTexts()).toEqual(["root", "beside"]);
  await settle();
  expect(server.commands("c_1", "message.send")).toMatchObject([{ text: "mine", thread: 1, replyTo: 3 }]);
  expect(thread.view.get().messages.at(-1)).toMatchObject({ key, seq: 6, delivery: { state: "sent" } });
  expect(channelTexts()).toEqual(["root", "beside"]);
});

test("changes to replies show immediately, and a refused one can be discarded", async () => {
  await thread.open();
  channel.react(3, "👍");
  expect(thread.view.get().messages[0]?.reactions).toEqual([{ emoji: "👍", users: ["u_alice"] }]);
  server.refuse = ({ type }) => (type === "message.edit" ? { code: "forbidden" } : null);
  channel.edit(4, "no");
  await settle();
  const failed = thread.view.get().messages[1];
  expect(failed).toMatchObject({ text: "reply 1", delivery: { state: "failed", change: "edit", text: "no" } });
  channel.discard(failed?.key ?? "");
  expect(thread.view.get().messages[1]?.delivery).toEqual({ state: "sent" });
});

test("the root is found anywhere in the log, and is loaded as a single message", async () => {
  for (let i = 0; i < 150; i++) server.log("c_1").say("u_bob", `line ${i}`);
  await Promise.all([channel.open(), thread.open()]);
  expect(thread.view.get().root).toMatchObject({ seq: 1, text: "root", replies: { count: 3 } });
  const { seq } = await server.say("c_1", "fresh");
  const fresh = channel.thread(seq);
  await fresh.open();
  await server.say("c_1", "next");
  expect(fresh.view.get()).toMatchObject({ root: { seq, text: "fresh" }, messages: [] });
});

test("a thread without a root shows none", async () => {
  const stray = channel.thread(4);
  await stray.open();
  expect(stray.view.get()).toMatchObject({ phase: "live", messages: [] });
  const missing = channel.thread(99);
  await missing.open();
  expect(missing.view.get()).toMatchObject({ phase: "live", root: null, messages: [] });
});

test("a thread grows backwards without gaps, and is up to date after a lost connection", async () => {
  for (let i = 3; i < 120; i++) server.log("c_1").say("u_bob", `reply ${i}`, { thread: 1 });
  await thread.open();
  expect(thread.view.get().messages).toHaveLength(50);
  expect(thread.view.get().moreBefore).toBe(true);
  await thread.loadBefore();
  server.socket("c_1").cut();
  server.log("c_1").say("u_bob", "missed", { thread: 1 });
  expect(thread.view.get().phase).toBe("catching-up");
  await server.clock.advance(1_000);
  await thread.loadBefore();
  expect(threadTexts()).toEqual([...Array.from({ length: 120 }, (_, i) => `reply ${i}`), "missed"]);
});

test("a new epoch reloads the thread", async () => {
  await thread.open();
  server.log("c_1").restore("e2", 4);
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(thread.view.get()).toMatchObject({ phase: "live", root: { replies: { count: 2 } } });
  expect(threadTexts()).toEqual(["reply 0", "reply 1"]);
});

test("an open thread keeps its channel's socket open, and a released one does not", async () => {
  await thread.open();
  expect(channel.isNeeded).toBe(true);
  thread.release();
  expect(channel.isNeeded).toBe(false);
  expect(thread.view.get().phase).toBe("closed");
  expect(threadTexts()).toHaveLength(3);
});
