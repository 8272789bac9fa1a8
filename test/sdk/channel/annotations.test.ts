import { beforeEach, expect, test } from "vitest";
import { errors } from "../../../src/protocol";
import { type ChannelHandle, memoryOutbox, ParleyError } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let channel: ChannelHandle;

const row = (i = 0) => {
  const found = channel.view.get().messages.at(i);
  if (!found) throw new Error("there is no such row");
  return found;
};
const thumbs = (users: string[]) => [{ emoji: "👍", users }];

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "hello");
  channel = server.client("alice").channel("c_1");
  await channel.open();
});

test("a reaction shows immediately, without a delivery state, and its event confirms it", async () => {
  await server.do("c_1", { type: "reaction.add", seq: 1, emoji: "👍" });
  channel.react(1, "👍");
  expect(row()).toMatchObject({ reactions: thumbs(["u_bob", "u_alice"]), delivery: { state: "sent" } });
  await settle();
  expect(server.log("c_1").message(1).reactions).toEqual({ version: 3, items: thumbs(["u_bob", "u_alice"]) });
  expect(row().reactions).toEqual(thumbs(["u_bob", "u_alice"]));
  channel.unreact(1, "👍");
  expect(row().reactions).toEqual(thumbs(["u_bob"]));
});

test("of a quick change and its opposite the last one shows, whenever the events arrive", async () => {
  const socket = server.socket("c_1");
  socket.isHeld = true;
  channel.react(1, "👍");
  channel.unreact(1, "👍");
  expect(row().reactions).toEqual([]);
  await settle();
  const seen: unknown[] = [];
  channel.view.subscribe(() => seen.push(row().reactions));
  socket.release(1);
  expect(row().reactions).toEqual([]);
  socket.release();
  await settle();
  expect(seen.every((items) => JSON.stringify(items) === "[]")).toBe(true);
  expect(server.log("c_1").message(1).reactions).toEqual({ version: 3, items: [] });
  channel.unreact(1, "👍");
  channel.react(1, "👍");
  await settle();
  expect(row().reactions).toEqual(thumbs(["u_alice"]));
});

test("a reaction made while offline waits in the outbox and arrives once", async () => {
  const outbox = memoryOutbox();
  channel = server.client("alice", { outbox }).channel("c_1");
  await channel.open();
  const socket = server.socket("c_1");
  socket.isHeld = true;
  channel.react(1, "👍");
  await settle();
  expect(await outbox.load()).toMatchObject([
    { command: { type: "reaction.add", emoji: "👍", epoch: "e1", after: 1 } },
  ]);
  socket.cut();
  await server.clock.advance(1_000);
  expect(server.log("c_1").head).toBe(2);
  expect(row().reactions).toEqual(thumbs(["u_alice"]));
  expect(await outbox.load()).toEqual([]);
});

test("pins and follows show immediately and are confirmed", async () => {
  channel.pin(1);
  channel.follow(1);
  expect(row().pin).toMatchObject({ by: "u_alice", at: server.clock.now() });
  expect(row().replies.followers).toEqual(["u_alice"]);
  await settle();
  expect(row()).toMatchObject({ pin: { version: 2, by: "u_alice" }, replies: { version: 3, followers: ["u_alice"] } });
  channel.unpin(1);
  channel.unfollow(1);
  expect(row()).toMatchObject({ pin: { by: null, at: null }, replies: { followers: [] } });
  await settle();
  expect(server.log("c_1").message(1)).toMatchObject({ pin: { version: 4, by: null }, replies: { version: 5 } });
});

test("anything but a single emoji is refused immediately", () => {
  for (const no of ["", "x", "👍👍"]) expect(() => channel.react(1, no)).toThrow(ParleyError);
  expect(row().reactions).toEqual([]);
});

test.each([
  ["react", () => channel.react(1, "👍")],
  ["pin", () => channel.pin(1)],
  ["follow", () => channel.follow(1)],
  ["delete", () => channel.remove(1)],
] as const)("a refused %s leaves the message unchanged, and shows as failed", async (change, ask) => {
  const before = row();
  server.refuse = (command) => ("nonce" in command ? { code: "forbidden" } : null);
  ask();
  await settle();
  const delivery = { state: "failed", change, code: "forbidden", detail: errors.forbidden.sentence };
  expect(row()).toEqual({ ...before, delivery });
  channel.discard(row().key);
  expect(row()).toEqual(before);
});

test("a refused edit keeps its text, and another kind of change does not remove it", async () => {
  server.refuse = ({ type }) => (type === "message.edit" ? { code: "forbidden" } : null);
  channel.edit(1, "precious words");
  await settle();
  expect(row().delivery).toMatchObject({ state: "failed", change: "edit", text: "precious words" });
  channel.react(1, "👍");
  await settle();
  expect(row()).toMatchObject({ text: "hello", reactions: thumbs(["u_alice"]) });
  expect(row().delivery).toMatchObject({ state: "failed", change: "edit", text: "precious words" });
  server.refuse = () => null;
  channel.edit(1, "other words");
  await settle();
  expect(row()).toMatchObject({ text: "other words", delivery: { state: "sent" } });
});

test("a reply shows its quote immediately, and later the server's quote", async () => {
  const { key } = channel.send("an answer", { replyTo: 1 });
  const reply = { seq: 1, author: "u_bob", state: "live", preview: "hello" };
  expect(row(-1)).toMatchObject({ key, seq: null, reply, mentions: null });
  await settle();
  expect(server.commands("c_1", "message.send")).toMatchObject([{ text: "an answer", replyTo: 1 }]);
  expect(row(-1)).toMatchObject({ key, seq: 2, reply, mentions: { users: [], all: null } });
});

test("a quote follows the edits of its message until the message is deleted", async () => {
  await server.say("c_1", "an answer", "u_carol", { replyTo: 1 });
  await server.do("c_1", { type: "message.edit", seq: 1, text: "hello, world" });
  expect(row(-1).reply).toEqual({ seq: 1, author: "u_bob", state: "live", preview: "hello, world" });
  await server.do("c_1", { type: "message.delete", seq: 1 });
  expect(row(-1).reply).toEqual({ seq: 1, author: "u_bob", state: "deleted", preview: null });
});

test("earlier versions and pins are loaded from the server", async () => {
  const old = [
    { text: "helo", version: 1, at: 1 },
    { text: "hello", version: 2, at: 2 },
    { text: "hello!", version: 3, at: 3 },
  ];
  server.lists.set("messages/1/versions", old);
  server.lists.set("pins", [server.log("c_1").message(1)]);
  expect(await channel.versions(1)).toEqual(old);
  expect(await channel.pins()).toMatchObject([{ seq: 1, body: { text: "hello" } }]);
});
