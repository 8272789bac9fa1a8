import { beforeEach, expect, test } from "vitest";
import type { ChannelHandle, Client, ClientOptions } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
});

const connection = (client: Client) => client.connection.get();
const texts = (channel: ChannelHandle) => channel.view.get().messages.map(({ text }) => text);

/** Starts connecting alice and waits for a time, connected or not. */
async function begin(options: ClientOptions = {}, ms = 10_000): Promise<Client> {
  const alice = server.client("alice", options);
  void alice.connect().catch(() => {});
  await server.clock.advance(ms);
  return alice;
}

test("the client polls while sockets are blocked, and then returns to sockets", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
  const channel = alice.channel("c_1");
  const seqs: number[] = [];
  channel.onEvent(({ seq }) => seqs.push(seq));
  await channel.open();
  channel.send("over HTTP");
  await settle();
  await server.say("c_1", "received over HTTP");
  await server.clock.advance(1_000);
  server.refusesUpgrades = false;
  await server.clock.advance(300_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.held).toBe(0);
  channel.send("over a socket");
  await settle();
  await server.say("c_1", "received over a socket");
  await server.clock.advance(1_000);
  expect(texts(channel)).toEqual(["one", "over HTTP", "received over HTTP", "over a socket", "received over a socket"]);
  expect(seqs).toEqual([2, 3, 4, 5]);
});

test("nothing in flight is lost or doubled when the client returns to sockets", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  const channel = alice.channel("c_1");
  await channel.open();
  server.refusesUpgrades = false;
  server.networkFaults.push({ kind: "delayed", ms: 5_000 });
  const { key } = channel.send("in between");
  alice.retryNow();
  await server.clock.advance(10_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(texts(channel)).toEqual(["one", "in between"]);
  expect(channel.view.get().messages.at(-1)).toMatchObject({ key, delivery: { state: "sent" } });
});

test("a socket that opens without `hello` counts as blocked", async () => {
  server.isSilent = true;
  const alice = await begin({}, 40_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("a server that is down does not count as blocked sockets", async () => {
  server.isOffline = true;
  const alice = await begin({}, 300_000);
  expect(connection(alice)).toMatchObject({ state: "waiting" });
  server.isOffline = false;
  await server.clock.advance(31_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.requested).toEqual([]);
});

test("when the server goes down while polling, the client waits for it", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  server.isOffline = true;
  server.polls.wake();
  await server.clock.advance(200_000);
  expect(connection(alice)).toMatchObject({ state: "waiting" });
  server.isOffline = false;
  await server.clock.advance(31_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("a single refused upgrade does not lead to polling", async () => {
  const alice = await begin();
  server.refusesUpgrades = true;
  server.socket(null).cut();
  await server.clock.advance(400);
  server.refusesUpgrades = false;
  await server.clock.advance(10_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.requested).toEqual([]);
});

test("one failed attempt of each socket does not lead to polling", async () => {
  const alice = await begin();
  for (const id of ["c_1", "c_2", "c_3"]) await alice.channel(id).open();
  server.refusesUpgrades = true;
  for (const socket of server.sockets) socket.cut();
  // Each socket makes one attempt, which fails.
  await server.clock.advance(300);
  server.refusesUpgrades = false;
  await server.clock.advance(10_000);
  expect(server.polls.requested).toEqual([]);
});

test("failing upgrades of one channel do not lead to polling while another socket is open", async () => {
  const alice = await begin();
  server.refusesUpgrades = true;
  void alice.channel("c_1").open();
  await server.clock.advance(20_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.requested).toEqual([]);
  server.refusesUpgrades = false;
  await server.clock.advance(31_000);
  expect(alice.channel("c_1").view.get().phase).toBe("live");
});

test("when the network cuts held polls, the client uses plain ones", async () => {
  server.refusesUpgrades = true;
  server.polls.cutsPollsAfterMs = 9_000;
  const alice = await begin();
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(JSON.stringify(connection(alice))));
  const channel = alice.channel("c_1");
  await channel.open();
  await server.clock.advance(25_000);
  expect(states).toEqual(['{"state":"online","transport":"polling"}']);
  await server.say("c_1", "two");
  await server.clock.advance(2_000);
  expect(texts(channel)).toEqual(["one", "two"]);
  await server.clock.advance(10_000);
  expect(server.polls.requested.at(-1)).not.toContain("wait");
});

test("a held poll that is cut once is repeated, and the connection continues", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(connection(alice).state));
  server.polls.cutsPollsAfterMs = 5_000;
  await server.clock.advance(18_000);
  server.polls.cutsPollsAfterMs = Number.POSITIVE_INFINITY;
  await server.clock.advance(40_000);
  expect(states).toEqual([]);
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("sockets are probed with growing delays, and immediately on `retryNow`", async () => {
  server.refusesUpgrades = true;
  const alice = await begin({}, 5_000);
  const begun = server.sockets.length;
  const waits: number[] = [];
  let last = server.clock.now();
  for (let tried = begun; waits.length < 6; ) {
    await server.clock.advance(1_000);
    if (server.sockets.length === tried) continue;
    tried = server.sockets.length;
    waits.push(Math.round((server.clock.now() - last) / 10_000));
    last = server.clock.now();
  }
  expect(waits.slice(1)).toEqual([6, 12, 24, 30, 30]);
  const before = server.sockets.length;
  alice.retryNow();
  await settle();
  expect(server.sockets.length).toBe(before + 1);
});

test("after `retryNow`, polls are held again when the network allows it", async () => {
  const alice = await begin({ transport: "auto" }, 0);
  server.refusesUpgrades = true;
  server.polls.cutsPollsAfterMs = 9_000;
  server.socket(null).cut();
  await server.clock.advance(60_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "polling" });
  server.polls.cutsPollsAfterMs = Number.POSITIVE_INFINITY;
  alice.retryNow();
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("a disconnected client does not probe for sockets", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  alice.disconnect();
  const before = server.requests.length + server.sockets.length;
  await server.clock.advance(600_000);
  expect(server.requests.length + server.sockets.length).toBe(before);
});

test("a chosen transport does not change", async () => {
  server.refusesUpgrades = true;
  const stubborn = await begin({ transport: "socket" }, 60_000);
  expect(connection(stubborn)).toMatchObject({ state: "waiting" });
  expect(server.polls.requested).toEqual([]);
  server.refusesUpgrades = false;
  const before = server.sockets.length;
  stubborn.disconnect();
  const polling = await begin({ transport: "polling" }, 600_000);
  expect(connection(polling)).toEqual({ state: "online", transport: "polling" });
  expect(server.sockets).toHaveLength(before);
});

test("while polling, only the last used channel stays open besides those on screen", async () => {
  const alice = await begin({ transport: "polling" });
  await alice.channel("c_1").open();
  for (const id of ["c_2", "c_3", "c_4"]) {
    await alice.channel(id).open();
    alice.channel(id).release();
  }
  await server.clock.advance(3_000);
  const from = server.polls.requested.length;
  await server.clock.advance(10_000);
  const places = new Set(server.polls.requested.slice(from).map((requested) => requested.replace(/\?.*/, "")));
  expect([...places].sort()).toEqual(["/v1/channels/c_1/events", "/v1/channels/c_4/events", "/v1/inbox"]);
});

test("while a captive portal answers instead of the server, the client keeps retrying", async () => {
  server.intercept = () => new Response("<h1>Sign in to the hotel</h1>", { status: 200 });
  const alice = await begin({}, 60_000);
  expect(connection(alice)).toMatchObject({ state: "waiting" });
  server.intercept = () => null;
  await server.clock.advance(31_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
});
