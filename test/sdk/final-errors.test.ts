// An error that is declared final ends what it refuses, at once and everywhere: nothing is
// repeated, and the program gets the error itself.
import { beforeEach, describe, expect, test } from "vitest";
import { closeCodes, type ErrorCode, errors } from "../../src/protocol";
import type { Client } from "../../src/sdk";
import { problemAnswer } from "./support/fake-http";
import { FakeServer } from "./support/fake-server";

const codes = Object.keys(errors) as ErrorCode[];
const finalCodes = codes.filter((code) => !errors[code].temporary);
const signedOutCodes: ErrorCode[] = ["sign_in_required", "unauthorized"];

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "one");
});

/** Connects and waits for ten minutes. Returns the error, and checks that nothing was repeated. */
async function refusalOf(client: Client): Promise<unknown> {
  const refused = client.connect().then(
    () => expect.fail("the client connected"),
    (error: unknown) => error,
  );
  await server.clock.advance(0);
  const error = await refused;
  const { length } = server.requests;
  const sockets = server.sockets.length;
  await server.clock.advance(600_000);
  expect(server.requests).toHaveLength(length);
  expect(server.sockets).toHaveLength(sockets);
  return error;
}

const stateOf = (code: ErrorCode) => ({ state: signedOutCodes.includes(code) ? "signed-out" : "idle" });

describe.each(["auto", "long-polling", "polling"] as const)("connect over %s", (transport) => {
  test.each(finalCodes)("rejects with %s when it gets no access token", async (code) => {
    server.intercept = (_, path) => (path === "/v1/gateway" ? problemAnswer(code) : null);
    const client = server.client("alice", { transport });
    expect(await refusalOf(client)).toMatchObject({ code, temporary: false });
    expect(server.requests).toEqual(["GET /v1/gateway"]);
    expect(client.connection.get()).toEqual(stateOf(code));
  });

  test.each(finalCodes)("rejects with %s when the list of channels is refused", async (code) => {
    server.intercept = (_, path) => (path === "/v1/channels" ? problemAnswer(code) : null);
    const client = server.client("alice", { transport });
    expect(await refusalOf(client)).toMatchObject({ code, temporary: false });
    expect(client.connection.get()).toEqual(stateOf(code));
  });
});

test.each(finalCodes)("connect rejects with %s when the inbox is refused over a socket", async (code) => {
  server.syncRefusal = code;
  const client = server.client("alice");
  expect(await refusalOf(client)).toMatchObject({ code, temporary: false });
  expect(client.connection.get()).toEqual(stateOf(code));
});

test.each(finalCodes)("connect rejects with %s when every poll is refused", async (code) => {
  server.intercept = (_, path) => (path === "/v1/inbox" ? problemAnswer(code) : null);
  const client = server.client("alice", { transport: "polling" });
  expect(await refusalOf(client)).toMatchObject({ code, temporary: false });
  expect(client.connection.get()).toEqual(stateOf(code));
});

test("a temporary refusal is repeated until it ends", async () => {
  for (const path of ["/v1/gateway", "/v1/channels", "/v1/inbox"]) {
    let refusals = 5;
    server.intercept = (_, asked) => (asked === path && refusals-- > 0 ? problemAnswer("temporary") : null);
    const client = server.client("alice", { transport: "polling" });
    const connected = client.connect();
    await server.clock.advance(120_000);
    await connected;
    client.disconnect();
  }
});

test.each(["", " ", "two words", "토큰", "a\nb", "\u0000"])(
  "the token %j is refused without a request",
  async (token) => {
    const client = server.client("alice", { token });
    expect(await refusalOf(client)).toMatchObject({ code: "unauthorized", temporary: false });
    expect(server.requests).toEqual([]);
    expect(client.connection.get()).toEqual({ state: "signed-out" });
  },
);

test("a session token is never expired: an earlier server that says so refuses it for good", async () => {
  server.intercept = () => problemAnswer("token_expired");
  const client = server.client("alice");
  expect(await refusalOf(client)).toMatchObject({ code: "unauthorized", temporary: false });
  expect(await server.client("bob").accounts.restore()).toBeNull();
});

test("a client that lost its session says so when it is asked to sign out or to restore", async () => {
  server.intercept = () => problemAnswer("unauthorized");
  const client = server.client("alice");
  expect(await client.accounts.restore()).toBeNull();
  await client.accounts.signOut();
  expect(client.token).toBeNull();
});

test("after a refusal the client connects when it is asked again", async () => {
  server.intercept = () => problemAnswer("origin_refused");
  const client = server.client("alice");
  await expect(client.connect()).rejects.toMatchObject({ code: "origin_refused" });
  server.intercept = () => null;
  await client.connect();
  expect(client.connection.get()).toEqual({ state: "online", transport: "socket" });
});

test("the end of the session is the error of everything that waits, whichever socket learns of it", async () => {
  const client = server.client("alice");
  server.isSilent = true;
  const waiting = [client.connect(), client.channel("c_1").open()].map((one) => one.catch((error: unknown) => error));
  await server.clock.advance(0);
  server.socket("c_1").cut(closeCodes.sessionRevoked);
  for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: "sign_in_required" });
});

describe("a channel", () => {
  const subscribed = async (code: ErrorCode) => {
    const client = server.client("alice");
    await client.connect();
    server.refuse = ({ type }) => (type === "channel.subscribe" ? { code } : null);
    const channel = client.channel("c_1");
    const refused = channel.open().catch((error: unknown) => error);
    channel.send("hello");
    await server.clock.advance(0);
    const sockets = server.sockets.length;
    await server.clock.advance(600_000);
    expect(server.sockets).toHaveLength(sockets);
    return { error: await refused, channel };
  };

  test.each(finalCodes)("that answers %s to the subscription rejects with it, and so do its messages", async (code) => {
    const { error, channel } = await subscribed(code);
    expect(error).toMatchObject({ code, temporary: false });
    const { phase, messages } = channel.view.get();
    expect(phase).toBe("gone");
    const reason = code === "not_found" || code === "forbidden" ? "removed" : code;
    expect(messages.at(-1)?.delivery).toMatchObject({ state: "failed", code: reason });
  });

  test.each(finalCodes)("whose upgrade fails because of %s rejects with it", async (code) => {
    const client = server.client("alice");
    await client.connect();
    server.intercept = (_, path) => (path === "/v1/channels/c_1" ? problemAnswer(code) : null);
    server.refusesUpgrades = true;
    const refused = client
      .channel("c_1")
      .open()
      .catch((error: unknown) => error);
    await server.clock.advance(60_000);
    expect(await refused).toMatchObject({ code, temporary: false });
  });
});
