import { beforeEach, expect, test } from "vitest";
import type { Client, ClientOptions } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
});

/** Connects alice, opens her channel, and collects its events. */
async function connectAndOpen(transport: NonNullable<ClientOptions["transport"]>) {
  const alice = server.client("alice", { transport });
  await alice.connect();
  const channel = alice.channel("c_1");
  const seqs: number[] = [];
  channel.onEvent(({ seq }) => seqs.push(seq));
  await channel.open();
  return { alice, channel, seqs, texts: () => channel.view.get().messages.map(({ text }) => text) };
}

const events = () => server.polls.requested.filter((requested) => requested.startsWith("/v1/channels/c_1/events"));
const stateOf = (client: Client) => client.connection.get();

test("without sockets, a client connects over polls and reports its transport", async () => {
  const { alice, texts } = await connectAndOpen("long-polling");
  expect(stateOf(alice)).toEqual({ state: "online", transport: "long-polling" });
  expect(texts()).toEqual(["one"]);
  expect(server.sockets).toEqual([]);
});

test("[S89] a new message ends a held poll", async () => {
  const { texts } = await connectAndOpen("long-polling");
  const before = events().length;
  await server.clock.advance(20_000);
  expect(events()).toHaveLength(before);
  await server.say("c_1", "two");
  await server.clock.advance(0);
  expect(texts()).toEqual(["one", "two"]);
});

test("[S88] plain polls come every two seconds, and more often in a conversation", async () => {
  const { texts, channel } = await connectAndOpen("polling");
  await server.clock.advance(10_000);
  let before = events().length;
  await server.clock.advance(10_000);
  expect(events().length - before).toBe(5);
  expect(events().at(-1)).not.toContain("wait");
  await server.say("c_1", "two");
  await server.clock.advance(2_000);
  expect(texts()).toEqual(["one", "two"]);
  before = events().length;
  await server.clock.advance(2_000);
  expect(events().length - before).toBe(4);
  channel.send("three");
  await settle();
  expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "three", delivery: { state: "sent" } });
});

test("earlier events arrive page by page, in order and once", async () => {
  const { alice, channel, seqs } = await connectAndOpen("polling");
  alice.disconnect();
  server.resumePage = 3;
  for (let i = 2; i <= 10; i++) server.log("c_1").say("u_bob", `line ${i}`);
  await alice.connect();
  await channel.open();
  expect(seqs).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("a page that a later poll brings is immediately followed by the next", async () => {
  const { seqs } = await connectAndOpen("polling");
  server.resumePage = 3;
  for (let i = 2; i <= 10; i++) server.log("c_1").say("u_bob", `line ${i}`);
  await server.clock.advance(2_000);
  expect(seqs).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("[S91] commands are sent in order, many per request, one request at a time", async () => {
  const { channel, texts } = await connectAndOpen("long-polling");
  server.refuse = () => null;
  const posts = () => server.requests.filter((request) => request.startsWith("POST")).length;
  const before = posts();
  server.networkFaults.push({ kind: "delayed", ms: 1_000 });
  for (let i = 0; i < 30; i++) channel.send(`line ${i}`);
  await server.clock.advance(500);
  expect(posts() - before).toBe(1);
  await server.clock.advance(2_000);
  expect(posts() - before).toBe(2);
  expect(texts()).toEqual(["one", ...Array.from({ length: 30 }, (_, i) => `line ${i}`)]);
});

test("marks of others arrive as they do over a socket", async () => {
  const { channel } = await connectAndOpen("long-polling");
  await server.say("c_1", "two");
  server.reads = { ...server.reads, u_bob: 2 };
  server.delivered = { u_bob: 2 };
  server.polls.wake();
  await server.clock.advance(1_000);
  expect(channel.view.get()).toMatchObject({ reads: { u_bob: 2 }, delivered: { u_bob: 2 }, phase: "live" });
});

test.each(["answer-lost", "lost"] as const)("commands whose request is %s are performed once", async (kind) => {
  const { channel, texts } = await connectAndOpen("polling");
  server.networkFaults.push({ kind });
  const { key } = channel.send("only once");
  await settle();
  await server.clock.advance(5_000);
  expect(texts()).toEqual(["one", "only once"]);
  expect(channel.view.get().messages.at(-1)).toMatchObject({ key, delivery: { state: "sent" } });
  expect(server.log("c_1").head).toBe(2);
});

test("commands of a temporarily refused request are sent again, and a permanent refusal fails them", async () => {
  const { alice, channel, texts } = await connectAndOpen("polling");
  let refusals = 0;
  server.intercept = (method) => (method === "POST" && refusals++ < 2 ? problemAnswer("temporary") : null);
  channel.send("patience");
  await server.clock.advance(10_000);
  expect(texts()).toEqual(["one", "patience"]);
  server.intercept = (method) => (method === "POST" ? problemAnswer("invalid") : null);
  channel.send("never");
  await settle();
  expect(channel.view.get().messages.at(-1)).toMatchObject({ delivery: { state: "failed", code: "invalid" } });
  expect(stateOf(alice)).toMatchObject({ state: "online" });
});

test("an answer that lacks a command does not answer it", async () => {
  const { channel, texts } = await connectAndOpen("polling");
  let isDropped = false;
  server.intercept = (method) => {
    if (method !== "POST" || isDropped) return null;
    isDropped = true;
    return Response.json({ frames: [] });
  };
  channel.send("still there");
  await server.clock.advance(5_000);
  expect(texts()).toEqual(["one", "still there"]);
});

test("tokens are renewed without a new connection", async () => {
  const { alice } = await connectAndOpen("long-polling");
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(stateOf(alice).state));
  await server.clock.advance(700_000);
  expect(server.tokens).toBeGreaterThan(2);
  expect(states).toEqual([]);
});

test("when the cookie belongs to another user, nothing is sent in their name", async () => {
  const { alice, channel } = await connectAndOpen("polling");
  server.intercept = (_, path) => {
    const fields = { expiresAt: server.clock.now() + 300_000, protocol: 1, heartbeatMs: 30_000, user: "u_bob" };
    return path === "/v1/gateway" ? Response.json({ token: "a9-bob", ...fields }) : null;
  };
  // After the first token has expired.
  await server.clock.advance(280_000);
  expect(stateOf(alice)).toEqual({ state: "signed-out" });
  expect(() => channel.send("in my name only")).toThrow();
  expect(server.log("c_1").head).toBe(1);
});

test("an ended session signs out", async () => {
  const { alice } = await connectAndOpen("long-polling");
  server.isSignedOut = true;
  await server.clock.advance(40_000);
  expect(stateOf(alice)).toEqual({ state: "signed-out" });
});

test("a channel that I am removed from is gone", async () => {
  const { channel, alice } = await connectAndOpen("polling");
  server.intercept = (_, path) => (path.endsWith("/events") ? problemAnswer("not_found") : null);
  await server.clock.advance(3_000);
  expect(channel.view.get().phase).toBe("gone");
  expect(stateOf(alice)).toMatchObject({ state: "online" });
});

test("a new epoch drops the local log and reloads it", async () => {
  const { texts } = await connectAndOpen("long-polling");
  await server.say("c_1", "two");
  await server.clock.advance(1_000);
  server.log("c_1").restore("e2", 1);
  server.polls.wake();
  await server.clock.advance(5_000);
  expect(texts()).toEqual(["one"]);
  await server.say("c_1", "again");
  await server.clock.advance(1_000);
  expect(texts()).toEqual(["one", "again"]);
});

test("acknowledged commands that are missing from a new epoch are sent again", async () => {
  const { channel, texts } = await connectAndOpen("polling");
  const { key } = channel.send("once more");
  // The command is answered, and the log is restored before its event is polled.
  server.networkFaults.push({ kind: "delayed", ms: 1 }, { kind: "delayed", ms: 1_000 });
  await server.clock.advance(2);
  server.log("c_1").restore("e2", 1);
  await server.clock.advance(10_000);
  expect(texts()).toEqual(["one", "once more"]);
  expect(channel.view.get().messages.at(-1)).toMatchObject({ key, seq: 2, delivery: { state: "sent" } });
});

test("[S90] rows arrive while a poll is held, and then from the version of the last answer", async () => {
  const { alice } = await connectAndOpen("long-polling");
  const row = {
    channel: "c_1",
    epochNumber: 1,
    head: 1,
    preview: null,
    read: 0,
    unreadFrom: null,
    unread: 1,
    mentions: 0,
    at: 1,
  };
  const shown = () => alice.inbox.get()?.[0]?.row;
  server.sendRows([{ ...row, head: 5, unread: 3 }]);
  await server.clock.advance(1_000);
  expect(shown()).toMatchObject({ head: 5, unread: 3 });
  server.rows = [
    { ...row, head: 6, unread: 4 },
    { ...row, head: 7, unread: 5 },
    { ...row, head: 8, unread: 6 },
  ];
  await server.clock.advance(30_000);
  expect(shown()).toMatchObject({ head: 8, unread: 6 });
});

test("a lost network is noticed, and pending messages are sent when it returns", async () => {
  const { alice, channel, texts } = await connectAndOpen("long-polling");
  server.isOffline = true;
  server.polls.wake();
  channel.send("later");
  await server.clock.advance(30_000);
  expect(stateOf(alice).state).toBe("waiting");
  server.isOffline = false;
  await server.clock.advance(35_000);
  expect(stateOf(alice)).toMatchObject({ state: "online" });
  expect(texts()).toEqual(["one", "later"]);
});

test("after a sleep the connection is probed, and is soon found dead or continues", async () => {
  const { alice, texts } = await connectAndOpen("long-polling");
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(stateOf(alice).state));
  server.clock.sleep(600_000);
  server.log("c_1").say("u_bob", "while asleep");
  alice.retryNow();
  await server.clock.advance(1_000);
  expect(states).toEqual([]);
  expect(texts()).toEqual(["one", "while asleep"]);
  server.clock.sleep(600_000);
  server.isOffline = true;
  alice.retryNow();
  await server.clock.advance(3_000);
  expect(states.length).toBeGreaterThan(0);
  expect(stateOf(alice).state).not.toBe("online");
});

test("a poll without an answer times out", async () => {
  const { alice } = await connectAndOpen("polling");
  for (let i = 0; i < 4; i++) server.networkFaults.push({ kind: "delayed", ms: 600_000 });
  await server.clock.advance(9_000);
  expect(stateOf(alice)).toMatchObject({ state: "online" });
  await server.clock.advance(4_000);
  expect(stateOf(alice)).toMatchObject({ state: "connecting" });
  await server.clock.advance(15_000);
  expect(stateOf(alice)).toMatchObject({ state: "online" });
});

test("polls that are answered early without news do not repeat immediately", async () => {
  await connectAndOpen("long-polling");
  server.intercept = (method, path) =>
    method === "GET" && path.endsWith("/events") ? new Response(null, { status: 304 }) : null;
  server.polls.wake();
  const before = server.requests.length;
  await server.clock.advance(60_000);
  expect(server.requests.length - before).toBeLessThan(60);
});
