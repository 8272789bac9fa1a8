import { beforeEach, expect, test } from "vitest";
import { createClient, isGone, ParleyError } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
});

/** Returns a client without a session. */
const signedOutClient = () => {
  const client = server.client("nobody");
  client.accounts.signOut().catch(() => {});
  return client;
};

test("outside a page, signing in keeps the token and uses it", async () => {
  const client = signedOutClient();
  await settle();
  expect(client.token).toBeNull();
  const me = await client.accounts.signIn({ handle: "alice", password: "correct horse" });
  expect(me.id).toBe("u_alice");
  expect(client.me.get()).toEqual(me);
  expect(client.token).toBe("s-alice");
  await client.connect();
  expect(client.connection.get()).toEqual({ state: "online", transport: "socket" });
});

test("[S139] the proof of the device is kept and sent with the next sign-in", async () => {
  const client = signedOutClient();
  await settle();
  const alice = { handle: "alice", password: "correct horse" };
  expect(client.accounts.deviceProof).toBeNull();
  await client.accounts.signIn(alice);
  expect(client.accounts.deviceProof).toBe("proof after none");
  await client.accounts.signOut();
  await client.accounts.signIn(alice);
  expect(client.accounts.deviceProof).toBe("proof after proof after none");
  const restarted = server.client("nobody", { deviceProof: "stored" });
  await restarted.accounts.signIn(alice);
  expect(restarted.accounts.deviceProof).toBe("proof after stored");
});

test("restoring returns who is signed in, or null when nobody is", async () => {
  expect(await server.client("alice").accounts.restore()).toMatchObject({ handle: "alice" });
  server.isSignedOut = true;
  expect(await server.client("alice").accounts.restore()).toBeNull();
});

test("signing out forgets everything and closes every socket", async () => {
  server.log("c_1");
  const client = server.client("alice");
  await client.connect();
  const before = client.channel("c_1");
  await before.open();
  await client.accounts.signOut();
  expect(server.requests).toContain("DELETE /v1/sessions/current");
  expect(client.me.get()).toBeNull();
  expect(client.inbox.get()).toBeNull();
  expect(client.channel("c_1")).not.toBe(before);
  expect(server.sockets.filter(({ isOpen }) => isOpen)).toEqual([]);
});

test("a sign-out that does not reach the server is an error, and nothing is forgotten", async () => {
  const client = server.client("alice");
  await client.accounts.restore();
  server.isOffline = true;
  await expect(client.accounts.signOut()).rejects.toMatchObject({ code: "offline", temporary: true });
  expect(client.me.get()).not.toBeNull();
});

test("a person is found by handle, and an unknown handle is null", async () => {
  const client = server.client("alice");
  expect(await client.accounts.find("bob")).toMatchObject({ id: "u_bob" });
  expect(client.profile("u_bob")).toMatchObject({ handle: "bob" });
  expect(await client.accounts.find("nobody")).toBeNull();
});

test("a read is tried three times after temporary errors, no sooner than the server says", async () => {
  let attempts = 0;
  server.intercept = () => {
    attempts++;
    return attempts < 3 ? problemAnswer("temporary", { "retry-after": "2" }) : null;
  };
  const restored = server.client("alice").accounts.restore();
  await server.clock.advance(1_900);
  expect(attempts).toBe(1);
  await server.clock.advance(2_200);
  expect(await restored).toMatchObject({ handle: "alice" });
});

test("a write is tried once", async () => {
  let attempts = 0;
  server.intercept = () => {
    attempts++;
    return problemAnswer("temporary");
  };
  const renamed = server.client("alice").accounts.changeProfile({ name: "Alice" });
  await expect(renamed).rejects.toMatchObject({ code: "temporary", temporary: true });
  expect(attempts).toBe(1);
});

test("the status decides when an answer is not a problem document", async () => {
  server.intercept = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
  const opened = server.client("alice").direct("u_bob");
  await expect(opened).rejects.toMatchObject({ code: "temporary", temporary: true, detail: "HTTP 502" });
});

test.each([200, 401, 403, 407])("a proxy's page (%i) does not count as an answer of the server", async (status) => {
  server.intercept = () => new Response("<h1>Sign in to the hotel</h1>", { status });
  const opened = server.client("alice").direct("u_bob");
  await expect(opened).rejects.toMatchObject({ code: "offline", temporary: true });
});

test("[S101] deleting an account signs out, and a wrong password deletes nothing", async () => {
  server.log("c_1");
  const client = server.client("alice");
  await client.connect();
  await expect(client.accounts.erase("wrong")).rejects.toMatchObject({ code: "wrong_password", temporary: false });
  expect(client.inbox.get()).not.toBeNull();
  await client.accounts.erase("correct horse");
  expect(server.requests.filter((request) => request === "DELETE /v1/me")).toHaveLength(2);
  expect(client.me.get()).toBeNull();
  expect(client.inbox.get()).toBeNull();
  expect(client.token).toBeNull();
  expect(server.sockets.filter(({ isOpen }) => isOpen)).toEqual([]);
});

test("a person without a handle has deleted their account", () => {
  expect(isGone({ handle: "" })).toBe(true);
  expect(isGone({ handle: "bob" })).toBe(false);
});

test("[S153] a changed password replaces token and proof, and says where sessions are still ending", async () => {
  const client = server.client("alice", { deviceProof: "stored" });
  await client.accounts.restore();
  server.intercept = () => Response.json({ token: "s-bob", deviceProof: "fresh", pending: 3 });
  expect(await client.accounts.changePassword("correct horse", "battery horse correct")).toBe(3);
  expect([client.token, client.accounts.deviceProof]).toEqual(["s-bob", "fresh"]);
  server.intercept = () => null;
  // The next request carries the new token.
  expect(await client.accounts.restore()).toMatchObject({ id: "u_bob" });
});

test("a server that answers a changed password without a body keeps token and proof", async () => {
  const client = server.client("alice", { deviceProof: "stored" });
  server.intercept = () => new Response(null, { status: 204 });
  expect(await client.accounts.changePassword("correct horse", "battery horse correct")).toBe(0);
  expect([client.token, client.accounts.deviceProof]).toEqual(["s-alice", "stored"]);
});

test.each([
  [204, null, 0],
  [202, { pending: 30 }, 30],
])("the end of a session answers %i, and %j is returned as %i", async (status, body, pending) => {
  server.intercept = () => new Response(body && JSON.stringify(body), { status });
  expect(await server.client("alice").accounts.revoke("s_1")).toBe(pending);
});

test("[S100] the export returns everything about a person as a file", async () => {
  const file = await server.client("alice").accounts.export();
  expect(file.type).toContain("application/json");
  expect(JSON.parse(await file.text())).toEqual({ account: { id: "u_alice", handle: "alice", name: "alice" } });
});

test.each([
  [
    "a refusal",
    () => problemAnswer("rate_limited", { "retry-after": "3" }),
    { code: "rate_limited", retryAfterMs: 3_000 },
  ],
  ["a proxy's page", () => new Response("<h1>Sign in</h1>"), { code: "offline", temporary: true }],
])("%s is an error, not a file", async (_, answer, error) => {
  server.intercept = answer;
  const exported = server.client("alice").accounts.export();
  await expect(exported).rejects.toBeInstanceOf(ParleyError);
  await expect(exported).rejects.toMatchObject(error);
});

test("a value that the schemas refuse is refused without a request", async () => {
  const client = server.client("alice");
  const short = client.accounts.changePassword("old", "short");
  await expect(short).rejects.toBeInstanceOf(ParleyError);
  expect(server.requests).toEqual([]);
});

test("outside a page, a client needs the server's url", () => {
  expect(() => createClient()).toThrow(TypeError);
});
