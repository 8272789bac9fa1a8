// `send` is a promise of the seq, and `flush` waits for all of them.
import { beforeEach, expect, test } from "vitest";
import type { ChannelHandle, Client } from "../../../src/sdk";
import { memoryOutbox } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;
let channel: ChannelHandle;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "hello");
  alice = server.client("alice");
  await alice.connect();
  channel = alice.channel("c_1");
});

const outcomeOf = (promise: Promise<unknown>) => {
  const outcome: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(outcome, { value }),
    (error: unknown) => Object.assign(outcome, { error }),
  );
  return outcome;
};

test("a message resolves with its seq, in a thread and by polls too", async () => {
  await channel.open();
  expect(await channel.send("two")).toBe(2);
  expect(await channel.thread(1).send("below")).toBe(3);
  const bob = server.client("bob", { transport: "polling" });
  await bob.connect();
  const sent = bob.channel("c_1").send("by poll");
  await server.clock.advance(5_000);
  expect(await sent).toBe(4);
});

test("a message shows at once under its key, and the promise stays open until the server has it", async () => {
  server.isOffline = true;
  const sent = channel.send("patience");
  const outcome = outcomeOf(sent);
  await server.clock.advance(60_000);
  expect(channel.view.get().messages.at(-1)).toMatchObject({ key: sent.key, delivery: { state: "sending" } });
  expect(outcome).toEqual({});
  server.isOffline = false;
  alice.retryNow();
  await server.clock.advance(1_000);
  expect(outcome).toEqual({ value: 2 });
});

test("a repeat of a stored message resolves with the seq of the first", async () => {
  await channel.open();
  const socket = server.socket("c_1");
  socket.swallows = (text) => text.includes('"events"');
  const outcome = outcomeOf(channel.send("once"));
  await settle();
  expect(outcome).toEqual({});
  socket.cut();
  await server.clock.advance(5_000);
  expect(outcome).toEqual({ value: 2 });
  expect(server.log("c_1").messages).toHaveLength(2);
});

test("a refused message rejects with the refusal, and nobody has to listen", async () => {
  await channel.open();
  server.refuse = () => ({ code: "forbidden" });
  channel.send("nobody listens");
  await expect(channel.send("no")).rejects.toMatchObject({ code: "forbidden", temporary: false });
  server.refuse = () => null;
  for (const { key } of channel.view.get().messages.slice(-2)) channel.retry(key);
  await alice.flush();
  expect(server.log("c_1").messages).toHaveLength(3);
});

test("a temporary refusal is no end", async () => {
  await channel.open();
  let refusals = 2;
  server.refuse = ({ type }) => (type === "message.send" && refusals-- > 0 ? { code: "temporary" } : null);
  const outcome = outcomeOf(channel.send("soon"));
  await settle();
  expect(outcome).toEqual({});
  await server.clock.advance(10_000);
  expect(outcome).toEqual({ value: 2 });
});

test("a sign-out rejects what was not sent", async () => {
  server.isOffline = true;
  const sent = channel.send("never");
  const refused = expect(sent).rejects.toMatchObject({ code: "sign_in_required" });
  server.isOffline = false;
  await alice.accounts.signOut();
  await refused;
});

test("flush resolves when everything is stored, and nothing is lost by a disconnect after it", async () => {
  const sent = Array.from({ length: 50 }, (_, i) => channel.send(`line ${i}`));
  channel.react(1, "👍");
  const flushed = alice.flush();
  await server.clock.advance(10_000);
  await flushed;
  alice.disconnect();
  expect(await Promise.all(sent)).toHaveLength(50);
  expect(server.log("c_1").messages).toHaveLength(51);
  expect(server.commands("c_1", "reaction.add")).toHaveLength(1);
});

test("flush sends what a disconnect or an earlier client left", async () => {
  const outbox = memoryOutbox();
  const first = server.client("alice", { outbox });
  await first.connect();
  server.isOffline = true;
  first.channel("c_1").send("left behind");
  await settle();
  first.disconnect();
  server.isOffline = false;
  const second = server.client("alice", { outbox });
  await second.connect();
  const flushed = second.flush();
  await server.clock.advance(5_000);
  await flushed;
  expect(server.log("c_1").messages).toHaveLength(2);
});

test("flush with nothing to send resolves at once, and a refusal ends it", async () => {
  await alice.flush();
  await channel.open();
  server.refuse = () => ({ code: "forbidden" });
  channel.send("no");
  await alice.flush();
});

test("flush with a limit rejects when it has passed", async () => {
  server.isOffline = true;
  channel.send("never");
  const flushed = alice.flush({ timeoutMs: 3_000 }).catch((error: unknown) => error);
  await server.clock.advance(3_000);
  expect(await flushed).toMatchObject({ code: "offline", temporary: true });
});
