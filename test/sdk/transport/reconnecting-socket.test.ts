import { beforeEach, expect, test } from "vitest";
import { closeCodes } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const userSockets = () => server.sockets.filter(({ channel }) => channel === null);
const gatewayRequests = () => server.requests.filter((request) => request === "GET /v1/gateway").length;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "hello");
  alice = server.client("alice");
  await alice.connect();
});

test("a socket reports its state", async () => {
  const states: string[] = [];
  alice.connection.subscribe(() => states.push(alice.connection.get().state));
  expect(alice.connection.get()).toEqual({ state: "online", transport: "socket" });
  server.socket(null).cut();
  await server.clock.advance(1_000);
  expect(states).toEqual(["waiting", "connecting", "online"]);
});

test("a socket reconnects with jitter within a doubling bound, from the first attempt on", async () => {
  server.isOffline = true;
  const waits: number[] = [];
  alice.connection.subscribe(() => {
    const state = alice.connection.get();
    if (state.state === "waiting") waits.push(state.retryAt - server.clock.now());
  });
  server.socket(null).cut();
  await server.clock.advance(120_000);
  // Half of 500, 1000, 2000, … because random() is 0.5, and at most half of 30 s.
  expect(waits.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
});

test("a connection that lasted a minute resets the back-off", async () => {
  const waitAfterCut = () => {
    server.socket(null).cut();
    const state = alice.connection.get();
    return state.state === "waiting" ? state.retryAt - server.clock.now() : null;
  };
  expect(waitAfterCut()).toBe(250);
  await server.clock.advance(1_000);
  expect(waitAfterCut()).toBe(500);
  await server.clock.advance(61_000);
  expect(waitAfterCut()).toBe(250);
});

test("heartbeats are as frequent as the server says", async () => {
  const socket = server.socket(null);
  await server.clock.advance(95_000);
  expect(socket.pings).toBe(3);
  expect(socket.isOpen).toBe(true);
});

test("two unanswered heartbeats end a dead connection", async () => {
  server.socket(null).isDead = true;
  await server.clock.advance(89_000);
  expect(userSockets()).toHaveLength(1);
  await server.clock.advance(2_000);
  expect(userSockets()).toHaveLength(2);
  expect(alice.connection.get()).toEqual({ state: "online", transport: "socket" });
});

test("`retryNow` reconnects immediately", async () => {
  server.isOffline = true;
  server.socket(null).cut();
  await server.clock.advance(20_000);
  server.isOffline = false;
  alice.retryNow();
  await settle();
  expect(alice.connection.get()).toEqual({ state: "online", transport: "socket" });
});

test("`retryNow` soon finds out that a connection is dead", async () => {
  server.socket(null).isDead = true;
  alice.retryNow();
  await server.clock.advance(6_000);
  expect(userSockets()).toHaveLength(2);
});

test("sockets that open together share one access token, which is renewed before it expires", async () => {
  await Promise.all([alice.channel("c_1").open(), alice.channel("c_2").open()]);
  expect(gatewayRequests()).toBe(1);
  const tokens = new Set(server.sockets.map(({ protocols }) => protocols[1]));
  expect([...tokens]).toEqual(["token.a1-alice"]);
  // All sockets of a client carry the same device id.
  const devices = new Set(server.sockets.map(({ protocols }) => protocols[2]));
  expect([...devices]).toEqual([expect.stringMatching(/^device\.[0-9a-f-]{36}$/)]);
  await server.clock.advance(275_000);
  server.socket(null).cut();
  await server.clock.advance(1_000);
  expect(userSockets().at(-1)?.protocols).toEqual(["parley.v1", "token.a2-alice", ...devices]);
});

test.each([
  ["a stale token", () => server.socket(null).cut(closeCodes.tokenStale)],
  ["an expired token", () => server.socket(null).say({ type: "error", code: "token_expired", temporary: true })],
])("%s is replaced", async (_, refuse) => {
  refuse();
  await server.clock.advance(1_000);
  expect(userSockets().at(-1)?.protocols[1]).toBe("token.a2-alice");
  expect(alice.connection.get()).toEqual({ state: "online", transport: "socket" });
});

test("after a refused upgrade, the next attempt uses another token", async () => {
  server.refusesUpgrades = true;
  server.socket(null).cut();
  await server.clock.advance(260);
  server.refusesUpgrades = false;
  await server.clock.advance(5_000);
  expect(userSockets().at(-1)?.protocols[1]).toBe("token.a2-alice");
});

test("after `reconnect`, a socket reconnects within the given time", async () => {
  server.socket(null).say({ type: "reconnect", afterMs: 2_000 });
  await server.clock.advance(900);
  expect(userSockets()).toHaveLength(1);
  await server.clock.advance(1_100);
  expect(userSockets()).toHaveLength(2);
});

test("a revoked session closes all sockets and shows as signed out", async () => {
  await alice.channel("c_1").open();
  server.isSignedOut = true;
  server.socket("c_1").cut(closeCodes.sessionRevoked);
  await settle();
  expect(alice.connection.get()).toEqual({ state: "signed-out" });
  expect(alice.me.get()).toBeNull();
  expect(alice.inbox.get()).toBeNull();
  expect(server.sockets.filter(({ isOpen }) => isOpen)).toEqual([]);
  await server.clock.advance(60_000);
  expect(server.sockets).toHaveLength(2);
});

test("a removed member's channel is gone, and their unsent text stays visible", async () => {
  const channel = alice.channel("c_1");
  await channel.open();
  server.socket("c_1").isDead = true;
  channel.send("too late");
  server.socket("c_1").cut(closeCodes.removed);
  expect(channel.view.get().phase).toBe("gone");
  expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "too late", delivery: { state: "failed" } });
  await server.clock.advance(60_000);
  expect(server.sockets.filter((socket) => socket.channel === "c_1")).toHaveLength(1);
});

test("a channel is gone when its upgrade is refused because it does not exist", async () => {
  server.refusesUpgrades = true;
  const opened = alice.channel("c_nowhere").open();
  await server.clock.advance(5_000);
  await expect(opened).rejects.toMatchObject({ code: "not_found" });
  expect(alice.channel("c_nowhere").view.get().phase).toBe("gone");
});

test("only the five most recently used of the released channels keep a socket", async () => {
  const open = () => server.sockets.filter((socket) => socket.isOpen && socket.channel).map(({ channel }) => channel);
  for (const id of ["c_stays", ...[1, 2, 3, 4, 5, 6, 7].map((i) => `c_${i}`)]) server.log(id);
  await alice.channel("c_stays").open();
  for (let i = 1; i <= 7; i++) {
    await alice.channel(`c_${i}`).open();
    alice.channel(`c_${i}`).release();
  }
  expect(open()).toEqual(["c_stays", "c_3", "c_4", "c_5", "c_6", "c_7"]);
  await server.say("c_1", "while away");
  await alice.channel("c_1").open();
  expect(alice.channel("c_1").view.get().messages.at(-1)?.text).toBe("while away");
});

test("a socket of another user ends the session instead of sending in their name", async () => {
  const channel = alice.channel("c_1");
  await channel.open();
  server.socket("c_1").isDead = true;
  channel.send("in my name only");
  await settle();
  const at = server.clock.now();
  server.intercept = (_, path) =>
    path === "/v1/gateway"
      ? Response.json({ token: "a9-bob", expiresAt: at + 300_000, protocol: 1, heartbeatMs: 30_000, user: "u_bob" })
      : null;
  server.socket("c_1").cut(closeCodes.tokenStale);
  await server.clock.advance(10_000);
  expect(alice.connection.get()).toEqual({ state: "signed-out" });
  expect(alice.me.get()).toBeNull();
  expect(server.log("c_1").head).toBe(1);
});

test("a channel whose socket was displaced reconnects when it is used, and its commands wait", async () => {
  const channel = alice.channel("c_1");
  await channel.open();
  server.socket("c_1").isDead = true;
  channel.send("patience");
  server.socket("c_1").cut(closeCodes.tooManySockets);
  await server.clock.advance(60_000);
  expect(channel.view.get().phase).toBe("closed");
  expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "patience", delivery: { state: "sending" } });
  await channel.open();
  await settle();
  expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "patience", delivery: { state: "sent" } });
});

test("connecting without being signed in is refused", async () => {
  server.intercept = () => problemAnswer("sign_in_required");
  const signedOut = server.client("carol");
  await expect(signedOut.connect()).rejects.toMatchObject({ code: "sign_in_required" });
  expect(signedOut.connection.get()).toEqual({ state: "signed-out" });
});

test("waiting after a restart says why and until when, and retryNow ends it", async () => {
  server.socket(null).cut(closeCodes.restarted);
  expect(alice.connection.get()).toMatchObject({
    state: "waiting",
    attempt: 1,
    retryAt: server.clock.now() + 250,
    error: { code: "temporary", detail: "The server restarted." },
  });
  server.isOffline = true;
  await server.clock.advance(60_000);
  expect(alice.connection.get()).toMatchObject({ state: "waiting", error: { code: "offline" } });
  server.isOffline = false;
  alice.retryNow();
  await settle();
  expect(alice.connection.get()).toEqual({ state: "online", transport: "socket" });
});

test("retryNow ends the pause that a busy server asked a new client for", async () => {
  server.intercept = () => problemAnswer("temporary", { "retry-after": "25" });
  const carol = server.client("carol");
  const connected = carol.connect();
  await server.clock.advance(1_000);
  expect(carol.connection.get().state).toBe("connecting");
  server.intercept = () => null;
  carol.retryNow();
  await connected;
});
