import { beforeEach, expect, test } from "vitest";
import type { InboxRow } from "../../src/protocol";
import type { Client } from "../../src/sdk";
import { FakeServer } from "./support/fake-server";
import { settle } from "./support/turned-clock";

let server: FakeServer;
let alice: Client;

const row = (channel: string, fields: Partial<InboxRow> = {}): InboxRow => ({
  channel,
  life: 1,
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

test("it is null until the first sync, then complete, the newest channel first", async () => {
  const now = server.clock.now();
  server.rows = [row("c_1", { at: now + 1 }), row("c_2", { at: now + 3 }), row("c_3", { at: now + 2 })];
  expect(alice.inbox.get()).toBeNull();
  await alice.connect();
  expect(ids()).toEqual(["c_2", "c_3", "c_1"]);
  expect(alice.inbox.get()?.[0]?.members.map(({ handle }) => handle)).toEqual(["alice", "bob"]);
});

test("a channel without a row stands where it was made", async () => {
  server.rows = [row("c_2", { at: server.clock.now() - 10 })];
  await alice.connect();
  expect(ids()).toEqual(["c_1", "c_3", "c_2"]);
  expect(rowOf("c_1")).toMatchObject({ head: 0, unread: 0, at: server.clock.now() });
});

test("a row that is older than the known one changes nothing", async () => {
  server.rows = [row("c_1", { head: 5, read: 3, unread: 2 })];
  await alice.connect();
  server.tellRows([row("c_1", { head: 4, read: 4, unread: 0 })]);
  server.tellRows([row("c_1", { head: 5, read: 2, unread: 3 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ head: 5, read: 3, unread: 2 });
  server.tellRows([row("c_1", { head: 5, read: 4, unread: 1 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ head: 5, read: 4, unread: 1 });
});

test("a row of a channel nobody knew brings the channel", async () => {
  await alice.connect();
  server.log("c_9");
  server.tellRows([row("c_9", { at: server.clock.now() + 5 })]);
  await settle();
  expect(ids()?.[0]).toBe("c_9");
  expect(server.requests.filter((request) => request === "GET /v1/channels/c_9")).toHaveLength(1);
});

test("after a cut it asks for what changed since the last answer", async () => {
  server.rows = [row("c_1")];
  await alice.connect();
  server.rows.push(row("c_2", { head: 7, unread: 7 }));
  server.socket(null).cut();
  await server.clock.turn(1_000);
  expect(rowOf("c_2")).toMatchObject({ head: 7, unread: 7 });
  const asked = server.sockets.filter(({ channel }) => channel === null).flatMap(({ sent }) => sent);
  expect(asked.map((text) => JSON.parse(text).after)).toEqual([0, 1]);
});

test("what is read here counts at once, and a late row does not bring it back", async () => {
  server.log("c_1").say("u_bob", "one");
  server.log("c_1").say("u_bob", "two");
  server.rows = [row("c_1", { head: 2, unread: 2 })];
  await alice.connect();
  await alice.channel("c_1").open();
  alice.channel("c_1").markRead(2);
  expect(rowOf("c_1")).toMatchObject({ read: 2, unread: 0 });
  server.tellRows([row("c_1", { head: 2, read: 1, unread: 1 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ read: 2, unread: 0 });
});

test("a message in an open channel shows in the list before the user socket tells", async () => {
  await alice.connect();
  await alice.channel("c_2").open();
  await server.clock.turn(10);
  await server.say("c_2", "news\nof the day");
  expect(ids()?.[0]).toBe("c_2");
  expect(rowOf("c_2")).toMatchObject({ head: 1, unread: 1, preview: { author: "u_bob", text: "news of the day" } });
  alice.channel("c_2").send("mine");
  await settle();
  expect(rowOf("c_2")).toMatchObject({ head: 2, read: 2, unread: 0, preview: { author: "u_alice", text: "mine" } });
});

test("nothing is unread after the last message, whatever was changed since", async () => {
  const { seq } = server.log("c_1").say("u_bob", "one");
  server.rows = [row("c_1", { head: 1, unread: 1 })];
  await alice.connect();
  await alice.channel("c_1").open();
  await server.do("c_1", { type: "message.edit", seq, text: "One" });
  alice.channel("c_1").markRead(seq);
  expect(rowOf("c_1")).toMatchObject({ head: 2, read: 2, unread: 0 });
});

test("a message both sockets tell of is counted once", async () => {
  await alice.connect();
  await alice.channel("c_2").open();
  const socket = server.socket("c_2");
  socket.isHeld = true;
  const { at } = await server.say("c_2", "news");
  server.tellRows([row("c_2", { head: 1, unread: 1, at })]);
  await settle();
  socket.release();
  await settle();
  expect(rowOf("c_2")).toMatchObject({ head: 1, unread: 1 });
});

test("a direct channel is in the list as soon as it is open", async () => {
  await alice.connect();
  const id = await alice.direct("u_carol");
  expect(ids()).toContain(id);
  expect(alice.profile("u_carol")).toMatchObject({ handle: "carol" });
});

test("[S92] a row of a later life holds though its head is lower, and what was read before says nothing of it", async () => {
  await alice.connect();
  server.tellRows([row("c_1", { head: 9, read: 9, unread: 0 })]);
  await settle();
  alice.channel("c_1").markRead(9);
  server.tellRows([row("c_1", { life: 2, head: 3, read: 1, unread: 2 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ life: 2, head: 3, read: 1, unread: 2 });
  server.tellRows([row("c_1", { head: 10 })]);
  await settle();
  expect(rowOf("c_1")).toMatchObject({ life: 2, head: 3 });
});
