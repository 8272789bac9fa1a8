import { beforeEach, expect, test } from "vitest";
import type { ChannelHandle, Client, ClientOptions } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/turned-clock";

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
});

const connection = (client: Client) => client.connection.get();
const texts = (channel: ChannelHandle) => channel.view.get().messages.map(({ text }) => text);

/** Alice connects, as far as she gets within a time. */
async function begin(options: ClientOptions = {}, ms = 10_000): Promise<Client> {
  const alice = server.client("alice", options);
  void alice.connect().catch(() => {});
  await server.clock.turn(ms);
  return alice;
}

test("where sockets are blocked it polls, and comes back to sockets once they are let through", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
  const channel = alice.channel("c_1");
  const seqs: number[] = [];
  channel.onEvent(({ seq }) => seqs.push(seq));
  await channel.open();
  channel.send("over HTTP");
  await settle();
  await server.say("c_1", "heard over HTTP");
  await server.clock.turn(1_000);
  server.refusesUpgrades = false;
  await server.clock.turn(300_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.held).toBe(0);
  channel.send("over a socket");
  await settle();
  await server.say("c_1", "heard over a socket");
  await server.clock.turn(1_000);
  expect(texts(channel)).toEqual(["one", "over HTTP", "heard over HTTP", "over a socket", "heard over a socket"]);
  expect(seqs).toEqual([2, 3, 4, 5]);
});

test("what is on its way when sockets come back is neither lost nor doubled", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  const channel = alice.channel("c_1");
  await channel.open();
  server.refusesUpgrades = false;
  server.accidents.push({ kind: "delayed", ms: 5_000 });
  const key = channel.send("in between");
  alice.retryNow();
  await server.clock.turn(10_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(texts(channel)).toEqual(["one", "in between"]);
  expect(channel.view.get().messages.at(-1)).toMatchObject({ key, delivery: { state: "sent" } });
});

test("a socket that opens and is never greeted is as good as blocked", async () => {
  server.isMute = true;
  const alice = await begin({}, 40_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("a dead server is no network that blocks sockets", async () => {
  server.isOffline = true;
  const alice = await begin({}, 300_000);
  expect(connection(alice)).toMatchObject({ state: "waiting" });
  server.isOffline = false;
  await server.clock.turn(31_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.asked).toEqual([]);
});

test("a server that dies under its polls is waited for", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  server.isOffline = true;
  server.polls.wake();
  await server.clock.turn(200_000);
  expect(connection(alice)).toMatchObject({ state: "waiting" });
  server.isOffline = false;
  await server.clock.turn(31_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("one refused upgrade is an accident", async () => {
  const alice = await begin();
  server.refusesUpgrades = true;
  server.socket(null).cut();
  await server.clock.turn(400);
  server.refusesUpgrades = false;
  await server.clock.turn(10_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.asked).toEqual([]);
});

test("a hiccup that takes all sockets at once counts once", async () => {
  const alice = await begin();
  for (const id of ["c_1", "c_2", "c_3"]) await alice.channel(id).open();
  server.refusesUpgrades = true;
  for (const socket of server.sockets) socket.cut();
  // Each of them tries once, and fails.
  await server.clock.turn(300);
  server.refusesUpgrades = false;
  await server.clock.turn(10_000);
  expect(server.polls.asked).toEqual([]);
});

test("a channel whose upgrades fail while another socket is open does not take everything to polls", async () => {
  const alice = await begin();
  server.refusesUpgrades = true;
  void alice.channel("c_1").open();
  await server.clock.turn(20_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
  expect(server.polls.asked).toEqual([]);
  server.refusesUpgrades = false;
  await server.clock.turn(31_000);
  expect(alice.channel("c_1").view.get().phase).toBe("live");
});

test("where something in between cuts held polls, it asks now and then instead", async () => {
  server.refusesUpgrades = true;
  server.polls.cutsAfterMs = 9_000;
  const alice = await begin();
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(JSON.stringify(connection(alice))));
  const channel = alice.channel("c_1");
  await channel.open();
  await server.clock.turn(25_000);
  expect(states).toEqual(['{"state":"online","transport":"polling"}']);
  await server.say("c_1", "two");
  await server.clock.turn(2_000);
  expect(texts(channel)).toEqual(["one", "two"]);
  await server.clock.turn(10_000);
  expect(server.polls.asked.at(-1)).not.toContain("wait");
});

test("a held poll that is cut once is asked again, and the connection goes on", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(connection(alice).state));
  server.polls.cutsAfterMs = 5_000;
  await server.clock.turn(18_000);
  server.polls.cutsAfterMs = Number.POSITIVE_INFINITY;
  await server.clock.turn(40_000);
  expect(states).toEqual([]);
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("it looks for sockets less and less often, and at once when asked to", async () => {
  server.refusesUpgrades = true;
  const alice = await begin({}, 5_000);
  const begun = server.sockets.length;
  const waits: number[] = [];
  let last = server.clock.now();
  for (let tried = begun; waits.length < 6; ) {
    await server.clock.turn(1_000);
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

test("after a look at a network that lets held polls be, they are held again", async () => {
  const alice = await begin({ transport: "auto" }, 0);
  server.refusesUpgrades = true;
  server.polls.cutsAfterMs = 9_000;
  server.socket(null).cut();
  await server.clock.turn(60_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "polling" });
  server.polls.cutsAfterMs = Number.POSITIVE_INFINITY;
  alice.retryNow();
  expect(connection(alice)).toEqual({ state: "online", transport: "long-polling" });
});

test("who has left looks for nothing", async () => {
  server.refusesUpgrades = true;
  const alice = await begin();
  alice.disconnect();
  const before = server.requests.length + server.sockets.length;
  await server.clock.turn(600_000);
  expect(server.requests.length + server.sockets.length).toBe(before);
});

test("a chosen transport is kept", async () => {
  server.refusesUpgrades = true;
  const stubborn = await begin({ transport: "socket" }, 60_000);
  expect(connection(stubborn)).toMatchObject({ state: "waiting" });
  expect(server.polls.asked).toEqual([]);
  server.refusesUpgrades = false;
  const before = server.sockets.length;
  stubborn.disconnect();
  const polling = await begin({ transport: "polling" }, 600_000);
  expect(connection(polling)).toEqual({ state: "online", transport: "polling" });
  expect(server.sockets).toHaveLength(before);
});

test("while it polls, only the channel used last is kept up to date beside those on screen", async () => {
  const alice = await begin({ transport: "polling" });
  await alice.channel("c_1").open();
  for (const id of ["c_2", "c_3", "c_4"]) {
    await alice.channel(id).open();
    alice.channel(id).release();
  }
  await server.clock.turn(3_000);
  const from = server.polls.asked.length;
  await server.clock.turn(10_000);
  const places = new Set(server.polls.asked.slice(from).map((asked) => asked.replace(/\?.*/, "")));
  expect([...places].sort()).toEqual(["/v1/channels/c_1/events", "/v1/channels/c_4/events", "/v1/inbox"]);
});

test("a page of whoever owns the network, instead of the server's answer, is waited out", async () => {
  server.intercept = () => new Response("<h1>Sign in to the hotel</h1>", { status: 200 });
  const alice = await begin({}, 60_000);
  expect(connection(alice)).toMatchObject({ state: "waiting" });
  server.intercept = () => null;
  await server.clock.turn(31_000);
  expect(connection(alice)).toEqual({ state: "online", transport: "socket" });
});
