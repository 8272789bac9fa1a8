import { beforeEach, expect, test } from "vitest";
import type { Event, InboxRow } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const row = (channel: string, fields: Partial<InboxRow> = {}): InboxRow => ({
  channel,
  epochNumber: 1,
  head: 1,
  preview: null,
  read: 0,
  unreadFrom: null,
  unread: 1,
  mentions: 0,
  at: server.clock.now(),
  ...fields,
});
const ids = () => alice.inbox.get()?.map(({ id }) => id);
const rowOf = (id: string) => alice.inbox.get()?.find((entry) => entry.id === id)?.row;

beforeEach(() => {
  server = new FakeServer();
  for (const id of ["c_1", "c_2", "c_3"]) server.log(id);
  alice = server.client("alice");
});

test("the inbox is null until the first sync, then complete, with the newest channel first", async () => {
  const now = server.clock.now();
  server.rows = [row("c_1", { at: now + 1 }), row("c_2", { at: now + 3 }), row("c_3", { at: now + 2 })];
  expect(alice.inbox.get()).toBeNull();
  await alice.connect();
  expect(ids()).toEqual(["c_2", "c_3", "c_1"]);
  expect(alice.inbox.get()?.[0]?.members.map(({ handle }) => handle)).toEqual(["alice", "bob"]);
});

test("a channel without a row is sorted by its creation", async () => {
  server.rows = [row("c_2", { at: server.clock.now() - 10 })];
  await alice.connect();
  expect(ids()).toEqual(["c_1", "c_3", "c_2"]);
  expect(rowOf("c_1")).toMatchObject({ head: 0, unread: 0, at: server.clock.now() });
});

test("a row that is older than the known one changes nothing", async () => {
  server.rows = [row("c_1", { head: 5, read: 3, unread: 2 })];
  await alice.connect();
  server.sendRows([row("c_1", { head: 4, read: 4, unread: 0 })]);
  server.sendRows([row("c_1", { head: 5, read: 2, unread: 3 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ head: 5, read: 3, unread: 2 });
  server.sendRows([row("c_1", { head: 5, read: 4, unread: 1 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ head: 5, read: 4, unread: 1 });
});

test("a row of an unknown channel loads the channel", async () => {
  await alice.connect();
  server.log("c_9");
  server.sendRows([row("c_9", { at: server.clock.now() + 5 })]);
  await settle();
  expect(ids()?.[0]).toBe("c_9");
  expect(server.requests.filter((request) => request === "GET /v1/channels/c_9")).toHaveLength(1);
});

test("after a lost connection, the inbox requests the changes since the last answer", async () => {
  server.rows = [row("c_1")];
  await alice.connect();
  server.rows.push(row("c_2", { head: 7, unread: 7 }));
  server.socket(null).cut();
  await server.clock.advance(1_000);
  expect(rowOf("c_2")).toMatchObject({ head: 7, unread: 7 });
  const asked = server.sockets.filter(({ channel }) => channel === null).flatMap(({ sent }) => sent);
  expect(asked.map((text) => JSON.parse(text).after)).toEqual([0, 1]);
});

test("messages read here count as read immediately, and a late row does not undo it", async () => {
  server.log("c_1").say("u_bob", "one");
  server.log("c_1").say("u_bob", "two");
  server.rows = [row("c_1", { head: 2, unread: 2 })];
  await alice.connect();
  await alice.channel("c_1").open();
  alice.channel("c_1").markRead(2);
  expect(rowOf("c_1")).toMatchObject({ read: 2, unread: 0 });
  server.sendRows([row("c_1", { head: 2, read: 1, unread: 1 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ read: 2, unread: 0 });
});

test("a message in an open channel shows in the inbox before the user socket delivers its row", async () => {
  await alice.connect();
  await alice.channel("c_2").open();
  await server.clock.advance(10);
  await server.say("c_2", "news\nof the day");
  expect(ids()?.[0]).toBe("c_2");
  expect(rowOf("c_2")).toMatchObject({ head: 1, unread: 1, preview: { author: "u_bob", text: "news of the day" } });
  alice.channel("c_2").send("mine");
  await settle();
  expect(rowOf("c_2")).toMatchObject({ head: 2, read: 2, unread: 0, preview: { author: "u_alice", text: "mine" } });
});

test("nothing is unread after the last message is read, whatever changed since", async () => {
  const { seq } = server.log("c_1").say("u_bob", "one");
  server.rows = [row("c_1", { head: 1, unread: 1 })];
  await alice.connect();
  await alice.channel("c_1").open();
  await server.do("c_1", { type: "message.edit", seq, text: "One" });
  alice.channel("c_1").markRead(seq);
  expect(rowOf("c_1")).toMatchObject({ head: 2, read: 2, unread: 0 });
});

test("a message that arrives over both sockets is counted once", async () => {
  await alice.connect();
  await alice.channel("c_2").open();
  const socket = server.socket("c_2");
  socket.isHeld = true;
  const { at } = await server.say("c_2", "news");
  server.sendRows([row("c_2", { head: 1, unread: 1, at })]);
  await settle();
  socket.release();
  await settle();
  expect(rowOf("c_2")).toMatchObject({ head: 1, unread: 1 });
});

test("a direct channel is in the inbox as soon as it is opened", async () => {
  await alice.connect();
  const id = await alice.direct("u_carol");
  expect(ids()).toContain(id);
  expect(alice.profile("u_carol")).toMatchObject({ handle: "carol" });
});

test("[S92] a row of a later epoch wins although its head is lower, and earlier read marks are void", async () => {
  await alice.connect();
  server.sendRows([row("c_1", { head: 9, read: 9, unread: 0 })]);
  await settle();
  alice.channel("c_1").markRead(9);
  server.sendRows([row("c_1", { epochNumber: 2, head: 3, read: 1, unread: 2 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ epochNumber: 2, head: 3, read: 1, unread: 2 });
  server.sendRows([row("c_1", { head: 10 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ epochNumber: 2, head: 3 });
});

/** Opens a channel for which the server sends no further rows. */
async function openWithoutRows(before: Partial<InboxRow> = {}) {
  for (const text of ["one", "two", "three"]) server.log("c_1").say("u_bob", text);
  const preview = { author: "u_bob", text: "three", at: server.clock.now() };
  server.rows = [row("c_1", { head: 3, unread: 3, preview, ...before })];
  await alice.connect();
  await alice.channel("c_1").open();
  await server.clock.advance(1_000);
}
const mentioning = (event: Event): Event => {
  if ("body" in event.data && event.data.body.state === "live") event.data.body.mentions.users = ["u_alice"];
  return event;
};

test("in an open channel, an edit of the newest message changes the preview, and others do not", async () => {
  await openWithoutRows();
  await server.do("c_1", { type: "message.edit", seq: 2, text: "Two" });
  expect(rowOf("c_1")).toMatchObject({ head: 4, unread: 3, preview: { text: "three" }, at: server.clock.now() });
  await server.do("c_1", { type: "message.edit", seq: 3, text: "Three" });
  expect(rowOf("c_1")).toMatchObject({
    head: 5,
    unread: 3,
    preview: { text: "Three", at: server.clock.now() - 1_000 },
  });
});

test("when the newest message is deleted the preview is the one before it, and finally none", async () => {
  await openWithoutRows();
  await server.say("c_1", "in the thread", "u_bob", { thread: 1 });
  await server.do("c_1", { type: "message.delete", seq: 3 });
  expect(rowOf("c_1")).toMatchObject({ head: 5, preview: { text: "two" }, unread: 2 });
  await server.do("c_1", { type: "message.delete", seq: 1 });
  expect(rowOf("c_1")).toMatchObject({ preview: { text: "two" }, unread: 1 });
  await server.do("c_1", { type: "message.delete", seq: 2 });
  expect(rowOf("c_1")).toMatchObject({ head: 7, preview: null, unread: 0 });
});

test("messages sent, edited and deleted in one frame leave the row that the server would count", async () => {
  await openWithoutRows();
  const log = server.log("c_1");
  const events = [log.say("u_bob", "four"), log.say("u_bob", "five")];
  events.push(log.do("u_bob", { type: "message.edit", seq: 4, text: "Four" }));
  events.push(log.do("u_bob", { type: "message.delete", seq: 5 }));
  server.broadcast("c_1", events);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ head: 7, unread: 4, preview: { text: "Four" } });
});

test("a deletion or edit changes only the counts of unread messages, mentions included", async () => {
  await openWithoutRows({ read: 1, unread: 2 });
  await server.do("c_1", { type: "message.delete", seq: 1 });
  expect(rowOf("c_1")).toMatchObject({ unread: 2, mentions: 0 });
  const log = server.log("c_1");
  server.broadcast("c_1", [mentioning(log.say("u_bob", "@alice four"))]);
  server.broadcast("c_1", [mentioning(log.do("u_bob", { type: "message.edit", seq: 2, text: "@alice two" }))]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ unread: 3, mentions: 2 });
  await server.do("c_1", { type: "message.edit", seq: 2, text: "two" });
  await server.do("c_1", { type: "message.delete", seq: 5 });
  expect(rowOf("c_1")).toMatchObject({ unread: 2, mentions: 0 });
});

test("a count at its maximum does not fall, because the exact number is unknown", async () => {
  await openWithoutRows({ unread: 100, mentions: 3 });
  await server.do("c_1", { type: "message.delete", seq: 2 });
  expect(rowOf("c_1")).toMatchObject({ unread: 100, mentions: 3 });
});

test("a partial read is subtracted immediately, and later messages are added", async () => {
  await openWithoutRows();
  alice.channel("c_1").markRead(2);
  expect(rowOf("c_1")).toMatchObject({ read: 2, unread: 1 });
  await server.say("c_1", "four");
  expect(rowOf("c_1")).toMatchObject({ read: 2, unread: 2 });
  alice.channel("c_1").markRead(4);
  await server.say("c_1", "five");
  expect(rowOf("c_1")).toMatchObject({ head: 5, unread: 1 });
});

test("when the end of the log is not loaded, the preview comes from the events", async () => {
  for (let i = 1; i <= 200; i++) server.log("c_1").say("u_bob", `line ${i}`);
  await alice.connect();
  const channel = alice.channel("c_1");
  await channel.open();
  await channel.loadAround(50);
  expect(channel.view.get().moreAfter).toBe(true);
  await server.clock.advance(1_000);
  const log = server.log("c_1");
  const sent = log.say("u_bob", "the end");
  server.broadcast("c_1", [sent, log.do("u_bob", { type: "message.edit", seq: sent.seq, text: "The end" })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ preview: { text: "The end" } });
  await server.do("c_1", { type: "message.edit", seq: 50, text: "Line 50" });
  expect(rowOf("c_1")).toMatchObject({ preview: { text: "The end" } });
});

test("a row of the server at the same position replaces the computed row", async () => {
  await openWithoutRows();
  await server.do("c_1", { type: "message.delete", seq: 3 });
  server.sendRows([row("c_1", { head: 4, unread: 7, mentions: 5, at: 1 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ head: 4, unread: 7, mentions: 5, at: 1, preview: null });
});

test("[S170] a changed profile shows in the inbox, and one's own in `me`", async () => {
  const server = new FakeServer();
  server.log("c_1");
  const alice = server.client("alice");
  await alice.connect();
  const inbox = (profiles: { id: string; handle: string; name: string }[]) => {
    server.socket(null).say({ type: "inbox", rows: [], profiles, more: false });
    return settle();
  };
  const names = () => alice.inbox.get()?.[0]?.members.map(({ name }) => name);
  const before = names() ?? [];
  expect(before).toContain("bob");
  await inbox([{ id: "u_bob", handle: "bob", name: "Robert" }]);
  expect(names()).toEqual(before.map((name) => (name === "bob" ? "Robert" : name)));
  expect(alice.profile("u_bob")?.name).toBe("Robert");
  await inbox([{ id: "u_alice", handle: "alice", name: "Alicia" }]);
  expect(alice.me.get()?.name).toBe("Alicia");
  await inbox([{ id: "u_bob", handle: "", name: "" }]);
  expect(alice.inbox.get()?.[0]?.members.find(({ id }) => id === "u_bob")?.handle).toBe("");
});
