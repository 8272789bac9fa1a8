import { beforeEach, expect, test } from "vitest";
import type { ChannelHandle, Client } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;
let channel: ChannelHandle;

const marks = () => server.commands("c_1", "read.mark").map(({ seq }) => seq);
const row = () => alice.inbox.get()?.find(({ id }) => id === "c_1")?.row;

beforeEach(async () => {
  server = new FakeServer();
  for (let i = 1; i <= 5; i++) server.log("c_1").say("u_bob", `line ${i}`);
  const counts = { unread: 5, mentions: 2, unreadFrom: null };
  server.rows = [
    { channel: "c_1", epochNumber: 1, head: 5, preview: null, read: 0, ...counts, at: server.clock.now() },
  ];
  alice = server.client("alice");
  await alice.connect();
  channel = alice.channel("c_1");
  await channel.open();
});

test("setting a channel to unread shows immediately, and marks are ignored until it is opened again", async () => {
  channel.markRead(5);
  expect(row()).toMatchObject({ read: 5, unread: 0, mentions: 0, unreadFrom: null });
  await server.clock.advance(2_000);
  channel.markUnread(4);
  expect(row()).toMatchObject({ read: 5, unread: 1, unreadFrom: 4 });
  await server.say("c_1", "line 6");
  channel.markRead(6);
  await server.clock.advance(5_000);
  expect(server.commands("c_1", "read.unmark").map(({ seq }) => seq)).toEqual([4]);
  expect(marks()).toEqual([5]);
  expect(channel.view.get().reads).toEqual({ u_alice: 5 });

  channel.release();
  await channel.open();
  channel.markRead(6);
  expect(row()).toMatchObject({ read: 6, unread: 0, unreadFrom: null });
  await settle();
  expect(marks()).toEqual([5, 6]);
});

test("an explicit mark counts although it is no higher than the last one", async () => {
  channel.markRead(5);
  await server.clock.advance(2_000);
  channel.markUnread(4);
  await server.clock.advance(2_000);
  channel.markRead(5);
  await settle();
  expect(marks()).toEqual([5]);
  channel.markRead(5, { explicit: true });
  await settle();
  expect(marks()).toEqual([5, 5]);
  expect(row()).toMatchObject({ unread: 0, unreadFrom: null });
});

test("a channel that was set to unread stays unread after a lost connection", async () => {
  channel.markRead(5);
  await server.clock.advance(2_000);
  server.reads = {};
  server.socket("c_1").isDead = true;
  channel.markUnread(4);
  server.socket("c_1").cut();
  await server.clock.advance(2_000);
  expect(server.commands("c_1", "read.unmark")).toHaveLength(1);
  server.socket("c_1").cut();
  await server.clock.advance(2_000);
  expect(server.commands("c_1", "read.unmark")).toHaveLength(1);
  expect(marks()).toEqual([5]);
});

test("a mark that the server knows is not sent again, as another device may have set the channel to unread", async () => {
  channel.markRead(5);
  await server.clock.advance(2_000);
  server.socket("c_1").cut();
  await server.clock.advance(2_000);
  expect(marks()).toEqual([5]);
});

test("a channel that another device set to unread can be read after it is opened again here", async () => {
  channel.markRead(5);
  await server.clock.advance(2_000);
  const known = row();
  if (known) server.sendRows([{ ...known, head: 5, read: 5, unread: 2, unreadFrom: 4 }]);
  await settle();
  expect(row()).toMatchObject({ read: 5, unread: 2, unreadFrom: 4 });
  channel.markRead(5);
  await settle();
  expect(marks()).toEqual([5]);
  await channel.open();
  channel.markRead(5);
  await settle();
  expect(marks()).toEqual([5, 5]);
  expect(row()).toMatchObject({ unread: 0, unreadFrom: null });
});

test("delivered marks come with `ready` and with signals, and never fall", async () => {
  server.delivered = { u_bob: 3 };
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(channel.view.get().delivered).toEqual({ u_bob: 3 });
  const signal = { type: "delivered.marked", channel: "c_1" } as const;
  server.socket("c_1").say({ type: "signal", signal: { ...signal, marks: { u_bob: 5, u_carol: 2 } } });
  server.socket("c_1").say({ type: "signal", signal: { ...signal, marks: { u_bob: 4 } } });
  await settle();
  expect(channel.view.get().delivered).toEqual({ u_bob: 5, u_carol: 2 });
  expect(channel.view.get().reads).toEqual({});
});

test("a message that mentions me counts as a mention until I have read it", async () => {
  const mention = (users: string[], all: "here" | null = null) => {
    const event = server.log("c_1").say("u_bob", "you there");
    if (event.type === "message.sent" && event.data.body.state === "live") event.data.body.mentions = { users, all };
    server.broadcast("c_1", [event]);
    return settle();
  };
  await mention(["u_alice"]);
  expect(row()).toMatchObject({ unread: 6, mentions: 3 });
  await mention(["u_carol"]);
  await mention([], "here");
  expect(row()).toMatchObject({ unread: 8, mentions: 4 });
  expect(channel.view.get().messages.at(-1)?.mentions).toEqual({ users: [], all: "here" });
  channel.markRead(8);
  expect(row()).toMatchObject({ unread: 0, mentions: 0 });
});

test("a reply in a thread counts for followers and mentioned users, and is never the preview", async () => {
  const reply = (user: string) => server.say("c_1", "in the thread", user, { thread: 1 });
  await reply("u_carol");
  expect(row()).toMatchObject({ head: 6, unread: 5, preview: { text: "line 5" } });
  await server.do("c_1", { type: "thread.follow", seq: 1 }, "u_alice");
  await reply("u_carol");
  expect(row()).toMatchObject({ head: 8, unread: 6, mentions: 2, preview: { text: "line 5" } });
});

test("with receipts hidden, a mark that the inbox has is not sent again", async () => {
  channel.markRead(5);
  await server.clock.advance(2_000);
  const known = row();
  if (known) server.sendRows([{ ...known, read: 5, unread: 2, unreadFrom: 4 }]);
  server.reads = {};
  server.socket("c_1").cut();
  await server.clock.advance(2_000);
  expect(marks()).toEqual([5]);
});

test("with receipts hidden, a mark that the inbox lacks is sent again", async () => {
  channel.markRead(5);
  await server.say("c_1", "line 6");
  await server.clock.advance(2_000);
  server.reads = {};
  server.socket("c_1").cut();
  await server.clock.advance(2_000);
  expect(marks()).toEqual([5, 5]);
});
