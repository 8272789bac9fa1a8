import { beforeEach, expect, test } from "vitest";
import type { Client, ClientOptions } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/turned-clock";

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
});

/** Alice with her channel open, and what she hears. */
async function arrive(transport: NonNullable<ClientOptions["transport"]>) {
  const alice = server.client("alice", { transport });
  await alice.connect();
  const channel = alice.channel("c_1");
  const seqs: number[] = [];
  channel.onEvent(({ seq }) => seqs.push(seq));
  await channel.open();
  return { alice, channel, seqs, texts: () => channel.view.get().messages.map(({ text }) => text) };
}

const events = () => server.polls.asked.filter((asked) => asked.startsWith("/v1/channels/c_1/events"));
const stateOf = (client: Client) => client.connection.get();

test("without a socket, a client arrives all the same and says how", async () => {
  const { alice, texts } = await arrive("long-polling");
  expect(stateOf(alice)).toEqual({ state: "online", transport: "long-polling" });
  expect(texts()).toEqual(["one"]);
  expect(server.sockets).toEqual([]);
});

test("[S89] what others say ends a held poll", async () => {
  const { texts } = await arrive("long-polling");
  const before = events().length;
  await server.clock.turn(20_000);
  expect(events()).toHaveLength(before);
  await server.say("c_1", "two");
  await server.clock.turn(0);
  expect(texts()).toEqual(["one", "two"]);
});

test("[S88] plain polls come every two seconds, and more often in a conversation", async () => {
  const { texts, channel } = await arrive("polling");
  await server.clock.turn(10_000);
  let before = events().length;
  await server.clock.turn(10_000);
  expect(events().length - before).toBe(5);
  expect(events().at(-1)).not.toContain("wait");
  await server.say("c_1", "two");
  await server.clock.turn(2_000);
  expect(texts()).toEqual(["one", "two"]);
  before = events().length;
  await server.clock.turn(2_000);
  expect(events().length - before).toBe(4);
  channel.send("three");
  await settle();
  expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "three", delivery: { state: "sent" } });
});

test("what happened before comes page by page, in order and once", async () => {
  const { alice, channel, seqs } = await arrive("polling");
  alice.disconnect();
  server.resumePage = 3;
  for (let i = 2; i <= 10; i++) server.log("c_1").say("u_bob", `line ${i}`);
  await alice.connect();
  await channel.open();
  expect(seqs).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("a page that a later poll brings is followed at once by the next", async () => {
  const { seqs } = await arrive("polling");
  server.resumePage = 3;
  for (let i = 2; i <= 10; i++) server.log("c_1").say("u_bob", `line ${i}`);
  await server.clock.turn(2_000);
  expect(seqs).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("[S91] commands go in their order, many to a request, one request at a time", async () => {
  const { channel, texts } = await arrive("long-polling");
  server.judge = () => null;
  const posts = () => server.requests.filter((request) => request.startsWith("POST")).length;
  const before = posts();
  server.accidents.push({ kind: "delayed", ms: 1_000 });
  for (let i = 0; i < 30; i++) channel.send(`line ${i}`);
  await server.clock.turn(500);
  expect(posts() - before).toBe(1);
  await server.clock.turn(2_000);
  expect(posts() - before).toBe(2);
  expect(texts()).toEqual(["one", ...Array.from({ length: 30 }, (_, i) => `line ${i}`)]);
});

test("marks that others move come as they would over a socket", async () => {
  const { channel } = await arrive("long-polling");
  await server.say("c_1", "two");
  server.reads = { ...server.reads, u_bob: 2 };
  server.delivered = { u_bob: 2 };
  server.polls.wake();
  await server.clock.turn(1_000);
  expect(channel.view.get()).toMatchObject({ reads: { u_bob: 2 }, delivered: { u_bob: 2 }, phase: "live" });
});

test.each(["answer-lost", "lost"] as const)("commands whose request is %s are made once", async (kind) => {
  const { channel, texts } = await arrive("polling");
  server.accidents.push({ kind });
  const key = channel.send("only once");
  await settle();
  await server.clock.turn(5_000);
  expect(texts()).toEqual(["one", "only once"]);
  expect(channel.view.get().messages.at(-1)).toMatchObject({ key, delivery: { state: "sent" } });
  expect(server.log("c_1").head).toBe(2);
});

test("a request refused for now is repeated as its commands would be; one refused for good fails them", async () => {
  const { alice, channel, texts } = await arrive("polling");
  let refusals = 0;
  server.intercept = (method) => (method === "POST" && refusals++ < 2 ? problemAnswer("temporary") : null);
  channel.send("patience");
  await server.clock.turn(10_000);
  expect(texts()).toEqual(["one", "patience"]);
  server.intercept = (method) => (method === "POST" ? problemAnswer("invalid") : null);
  channel.send("never");
  await settle();
  expect(channel.view.get().messages.at(-1)).toMatchObject({ delivery: { state: "failed", code: "invalid" } });
  expect(stateOf(alice)).toMatchObject({ state: "online" });
});

test("an answer that leaves a command out is no answer to it", async () => {
  const { channel, texts } = await arrive("polling");
  let isDropped = false;
  server.intercept = (method) => {
    if (method !== "POST" || isDropped) return null;
    isDropped = true;
    return Response.json({ frames: [] });
  };
  channel.send("still there");
  await server.clock.turn(5_000);
  expect(texts()).toEqual(["one", "still there"]);
});

test("tokens are renewed on the way, without a new connection", async () => {
  const { alice } = await arrive("long-polling");
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(stateOf(alice).state));
  await server.clock.turn(700_000);
  expect(server.tokens).toBeGreaterThan(2);
  expect(states).toEqual([]);
});

test("a cookie that has come to speak for somebody else sends nothing for them", async () => {
  const { alice, channel } = await arrive("polling");
  server.intercept = (_, path) => {
    const fields = { expiresAt: server.clock.now() + 300_000, protocol: 1, heartbeatMs: 30_000, user: "u_bob" };
    return path === "/v1/gateway" ? Response.json({ token: "a9-bob", ...fields }) : null;
  };
  // Past the end of the first token.
  await server.clock.turn(280_000);
  expect(stateOf(alice)).toEqual({ state: "signed-out" });
  expect(() => channel.send("in my name only")).toThrow();
  expect(server.log("c_1").head).toBe(1);
});

test("an ended session signs out", async () => {
  const { alice } = await arrive("long-polling");
  server.isSignedOut = true;
  await server.clock.turn(40_000);
  expect(stateOf(alice)).toEqual({ state: "signed-out" });
});

test("a channel I am removed from is gone", async () => {
  const { channel, alice } = await arrive("polling");
  server.intercept = (_, path) => (path.endsWith("/events") ? problemAnswer("not_found") : null);
  await server.clock.turn(3_000);
  expect(channel.view.get().phase).toBe("gone");
  expect(stateOf(alice)).toMatchObject({ state: "online" });
});

test("another life of the log drops the copy and loads anew", async () => {
  const { texts } = await arrive("long-polling");
  await server.say("c_1", "two");
  await server.clock.turn(1_000);
  server.log("c_1").restore("e2", 1);
  server.polls.wake();
  await server.clock.turn(5_000);
  expect(texts()).toEqual(["one"]);
  await server.say("c_1", "again");
  await server.clock.turn(1_000);
  expect(texts()).toEqual(["one", "again"]);
});

test("what was acknowledged and is not in the next life of the log is sent again", async () => {
  const { channel, texts } = await arrive("polling");
  const key = channel.send("once more");
  // The answer to the command, and then a restore before the event is asked for.
  server.accidents.push({ kind: "delayed", ms: 1 }, { kind: "delayed", ms: 1_000 });
  await server.clock.turn(2);
  server.log("c_1").restore("e2", 1);
  await server.clock.turn(10_000);
  expect(texts()).toEqual(["one", "once more"]);
  expect(channel.view.get().messages.at(-1)).toMatchObject({ key, seq: 2, delivery: { state: "sent" } });
});

test("[S90] rows come while a poll is held, and from the version of the last answer", async () => {
  const { alice } = await arrive("long-polling");
  const row = {
    channel: "c_1",
    life: 1,
    head: 1,
    preview: null,
    read: 0,
    unreadFrom: null,
    unread: 1,
    mentions: 0,
    at: 1,
  };
  const shown = () => alice.inbox.get()?.[0]?.row;
  server.tellRows([{ ...row, head: 5, unread: 3 }]);
  await server.clock.turn(1_000);
  expect(shown()).toMatchObject({ head: 5, unread: 3 });
  server.rows = [
    { ...row, head: 6, unread: 4 },
    { ...row, head: 7, unread: 5 },
    { ...row, head: 8, unread: 6 },
  ];
  await server.clock.turn(30_000);
  expect(shown()).toMatchObject({ head: 8, unread: 6 });
});

test("a network that is gone is noticed, and what was written goes out when it is back", async () => {
  const { alice, channel, texts } = await arrive("long-polling");
  server.isOffline = true;
  server.polls.wake();
  channel.send("later");
  await server.clock.turn(30_000);
  expect(stateOf(alice).state).toBe("waiting");
  server.isOffline = false;
  await server.clock.turn(35_000);
  expect(stateOf(alice)).toMatchObject({ state: "online" });
  expect(texts()).toEqual(["one", "later"]);
});

test("after a sleep the connection is looked at: it is soon found dead, or goes on", async () => {
  const { alice, texts } = await arrive("long-polling");
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(stateOf(alice).state));
  server.clock.sleep(600_000);
  server.log("c_1").say("u_bob", "while asleep");
  alice.retryNow();
  await server.clock.turn(1_000);
  expect(states).toEqual([]);
  expect(texts()).toEqual(["one", "while asleep"]);
  server.clock.sleep(600_000);
  server.isOffline = true;
  alice.retryNow();
  await server.clock.turn(3_000);
  expect(states.length).toBeGreaterThan(0);
  expect(stateOf(alice).state).not.toBe("online");
});

test("an answer that never comes is given up", async () => {
  const { alice } = await arrive("polling");
  for (let i = 0; i < 4; i++) server.accidents.push({ kind: "delayed", ms: 600_000 });
  await server.clock.turn(9_000);
  expect(stateOf(alice)).toMatchObject({ state: "online" });
  await server.clock.turn(4_000);
  expect(stateOf(alice)).toMatchObject({ state: "connecting" });
  await server.clock.turn(15_000);
  expect(stateOf(alice)).toMatchObject({ state: "online" });
});

test("polls that are answered early without news do not become a storm", async () => {
  await arrive("long-polling");
  server.intercept = (method, path) =>
    method === "GET" && path.endsWith("/events") ? new Response(null, { status: 304 }) : null;
  server.polls.wake();
  const before = server.requests.length;
  await server.clock.turn(60_000);
  expect(server.requests.length - before).toBeLessThan(60);
});
