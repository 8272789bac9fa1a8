import { beforeEach, expect, test } from "vitest";
import { limits } from "../../../src/protocol";
import type { ChannelHandle, Client } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;
let channel: ChannelHandle;

const writing = () => channel.view.get().typing;
const typingCommands = () => server.commands("c_1", "typing.start").map(({ thread }) => thread ?? null);
const starts = (user: string, thread: number | null = null) =>
  server.signal({ type: "typing.started", channel: "c_1", user, thread });

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
  server.here = ["u_alice", "u_bob"];
  alice = server.client("alice");
  await alice.connect();
  channel = alice.channel("c_1");
  await channel.open();
});

test("[S107] typing signals are sent at most once per interval, across all threads", async () => {
  channel.typing();
  channel.typing();
  channel.thread(1).typing();
  await settle();
  expect(typingCommands()).toEqual([null]);
  await server.clock.advance(limits.typingEveryMs - 1);
  channel.typing();
  await server.clock.advance(1);
  channel.thread(1).typing();
  await settle();
  expect(typingCommands()).toEqual([null, 1]);
});

test("typing is sent only over an open socket, and never later", async () => {
  server.socket("c_1").cut();
  channel.typing();
  await server.clock.advance(5_000);
  expect(typingCommands()).toEqual([]);
  const polling = server.client("alice", { transport: "polling" });
  await polling.connect();
  await polling.channel("c_1").open();
  polling.channel("c_1").typing();
  polling.setBackground(true);
  await server.clock.advance(5_000);
  expect([typingCommands(), server.commands("c_1", "view.set")]).toEqual([[], []]);
  expect(polling.channel("c_1").view.get().here).toEqual([]);
  polling.disconnect();
});

test("[S217] a person whom I block neither types nor is here in the views, also in a channel opened later", async () => {
  const thread = channel.thread(1);
  await thread.open();
  await starts("u_bob");
  await starts("u_carol", 1);
  expect(channel.view.get()).toMatchObject({ typing: ["u_bob"], here: ["u_alice", "u_bob"] });
  alice.safety.received({
    blocks: [
      { user: "u_bob", at: 1 },
      { user: "u_carol", at: 1 },
    ],
  });
  expect(channel.view.get()).toMatchObject({ typing: [], here: ["u_alice"] });
  expect(thread.view.get().typing).toEqual([]);
  server.log("c_2").say("u_bob", "two");
  const later = alice.channel("c_2");
  await later.open();
  expect(later.view.get().here).toEqual(["u_alice"]);
  alice.safety.received({ blocks: [{ user: "u_bob", at: 0 }] });
  expect(channel.view.get()).toMatchObject({ typing: ["u_bob"], here: ["u_alice", "u_bob"] });
  expect(later.view.get().here).toEqual(["u_alice", "u_bob"]);
});

test("[S107] a typing user shows for six seconds after the last signal", async () => {
  await starts("u_bob");
  await starts("u_carol");
  expect(writing()).toEqual(["u_bob", "u_carol"]);
  await server.clock.advance(4_000);
  const before = channel.view.get();
  await starts("u_bob");
  expect(channel.view.get()).toBe(before);
  await server.clock.advance(2_000);
  expect(writing()).toEqual(["u_bob"]);
  await server.clock.advance(4_000);
  expect(writing()).toEqual([]);
});

test("[S107] typing ends with the user's message in the same thread", async () => {
  await starts("u_bob");
  await server.say("c_1", "a reply", "u_bob", { thread: 1 });
  expect(writing()).toEqual(["u_bob"]);
  await server.say("c_1", "two", "u_carol");
  expect(writing()).toEqual(["u_bob"]);
  await server.say("c_1", "three", "u_bob");
  expect(writing()).toEqual([]);
});

test("a thread shows who is typing in it, and the channel does not", async () => {
  const thread = channel.thread(1);
  await thread.open();
  await starts("u_bob", 1);
  await starts("u_carol");
  expect([thread.view.get().typing, writing()]).toEqual([["u_bob"], ["u_carol"]]);
  await starts("u_bob");
  expect([thread.view.get().typing, writing()]).toEqual([[], ["u_bob", "u_carol"]]);
});

test("my own typing on another device does not show", async () => {
  await starts("u_alice");
  expect(writing()).toEqual([]);
});

test("when the socket is lost, nobody is shown as typing", async () => {
  await starts("u_bob");
  expect(channel.view.get().here).toEqual(["u_alice", "u_bob"]);
  server.socket("c_1").cut();
  expect(channel.view.get()).toMatchObject({ typing: [], here: [] });
  await server.clock.advance(1_000);
  expect(channel.view.get()).toMatchObject({ typing: [], here: ["u_alice", "u_bob"] });
});

test("[S106] viewers who come and go show, and one who left is no longer typing", async () => {
  const comes = (user: string, here: boolean) => server.signal({ type: "here.changed", channel: "c_1", user, here });
  await starts("u_bob");
  await comes("u_carol", true);
  await comes("u_bob", false);
  expect(channel.view.get()).toMatchObject({ typing: [], here: ["u_alice", "u_carol"] });
});

test("[S185] a batch of viewers who came and went shows, and one who left is no longer typing", async () => {
  await starts("u_bob");
  await server.signal({ type: "here.batch", channel: "c_1", came: ["u_carol", "u_alice"], gone: ["u_bob"] });
  expect(channel.view.get()).toMatchObject({ typing: [], here: ["u_alice", "u_carol"] });
});

test("a refused typing signal has no effect, and neither does an older server", async () => {
  server.refuse = ({ type }) => (type === "typing.start" ? { code: "forbidden" } : null);
  channel.typing();
  await settle();
  server.isOlderServer = true;
  await server.clock.advance(limits.typingEveryMs);
  channel.typing();
  alice.setBackground(true);
  channel.send("two");
  await settle();
  const { phase, messages } = channel.view.get();
  expect(phase).toBe("live");
  expect(messages.map(({ delivery }) => delivery.state)).toEqual(["sent", "sent"]);
});

test("an unknown signal of a newer server is ignored", async () => {
  server.socket("c_1").sayRaw('{"type":"signal","signal":{"type":"moon.rose","channel":"c_1"}}');
  server.socket("c_1").sayRaw('{"type":"eclipse"}');
  await server.say("c_1", "two");
  expect(channel.view.get()).toMatchObject({ phase: "live", head: 2 });
});

test("[S107] a program in the background tells the server, over later sockets too", async () => {
  const backgroundCommands = () => server.commands("c_1", "view.set").map(({ background }) => background);
  alice.setBackground(true);
  alice.setBackground(true);
  await settle();
  expect(backgroundCommands()).toEqual([true]);
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(backgroundCommands()).toEqual([true, true]);
  alice.setBackground(false);
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(backgroundCommands()).toEqual([true, true, false]);
});

test("[S107] a channel that is opened in the background tells the server, and so does one set by itself", async () => {
  const backgroundCommands = (id: string) => server.commands(id, "view.set").map(({ background }) => background);
  server.log("c_2").say("u_bob", "hello");
  channel.setBackground(true);
  await settle();
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  expect(backgroundCommands("c_1")).toEqual([true, true]);
  alice.setBackground(true);
  await alice.channel("c_2").open();
  await settle();
  expect(backgroundCommands("c_2")).toEqual([true]);
});
