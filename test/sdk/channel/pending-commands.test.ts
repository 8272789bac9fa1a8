import { beforeEach, expect, test } from "vitest";
import { limits } from "../../../src/protocol";
import { type ChannelHandle, ParleyError } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let channel: ChannelHandle;

const rows = () => channel.view.get().messages;
const texts = () => rows().map(({ text }) => text);
const deliveries = () => rows().map(({ delivery }) => delivery.state);
const serverTexts = () => server.log("c_1").messages.map(({ body }) => (body.state === "live" ? body.text : null));

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1").say("u_bob", "hello");
  channel = server.client("alice").channel("c_1");
  await channel.open();
});

test("a message shows before it is sent, and keeps its key and position when it is confirmed", async () => {
  const { key } = channel.send("hi");
  expect(rows()[1]).toMatchObject({ key, text: "hi", seq: null, delivery: { state: "sending" } });
  await settle();
  expect(rows()).toHaveLength(2);
  expect(rows()[1]).toMatchObject({ key, text: "hi", seq: 2, delivery: { state: "sent" } });
});

test("a row that does not change stays the same object", async () => {
  const hello = rows()[0];
  channel.send("hi");
  await settle();
  expect(rows()[0]).toBe(hello);
});

test("messages of others that arrive meanwhile show before the unconfirmed ones", async () => {
  server.socket("c_1").isHeld = true;
  channel.send("mine");
  server.refuse = () => ({ code: "temporary", retryAfterMs: 60_000 });
  await settle();
  server.socket("c_1").release();
  await server.say("c_1", "theirs");
  expect(texts()).toEqual(["hello", "theirs", "mine"]);
});

test("invalid text is refused immediately", () => {
  const codeOf = (text: string) => {
    try {
      channel.send(text);
    } catch (error) {
      return error instanceof ParleyError ? error.code : error;
    }
  };
  expect(codeOf(" \n")).toBe("invalid");
  expect(codeOf("x".repeat(limits.messageCodePoints + 1))).toBe("message_too_long");
  expect(codeOf("\ud800")).toBe("invalid");
  expect(rows()).toHaveLength(1);
});

test("a message that is refused for hours fails, and the next ones are sent", async () => {
  server.refuse = (command) =>
    command.type === "message.send" && command.text === "long"
      ? { code: "quota_exceeded", retryAfterMs: 6 * 3_600_000 }
      : null;
  channel.send("long");
  channel.send("short");
  await settle();
  expect(rows().find(({ text }) => text === "long")?.delivery).toMatchObject({
    state: "failed",
    code: "quota_exceeded",
  });
  expect(serverTexts()).toEqual(["hello", "short"]);
});

test("after a temporary refusal a message is sent again with its nonce, before later messages", async () => {
  const refusedOnce = new Set<string>();
  server.refuse = (command) => {
    if (command.type !== "message.send" || command.text !== "a" || refusedOnce.has(command.nonce)) return null;
    refusedOnce.add(command.nonce);
    return { code: "rate_limited", retryAfterMs: 3_000 };
  };
  channel.send("a");
  await settle();
  channel.send("b");
  channel.send("c");
  await server.clock.advance(2_900);
  expect(serverTexts()).toEqual(["hello"]);
  expect(deliveries()).toEqual(["sent", "sending", "sending", "sending"]);
  await server.clock.advance(200);
  expect(serverTexts()).toEqual(["hello", "a", "b", "c"]);
  expect(texts()).toEqual(["hello", "a", "b", "c"]);
  expect(new Set(server.commands("c_1", "message.send").map(({ nonce }) => nonce)).size).toBe(3);
});

test("a burst beyond the server's rate arrives completely and in order", async () => {
  let free = 30;
  server.refuse = (command) => {
    if (command.type !== "message.send") return null;
    // The bucket refills while commands arrive, so one may be accepted after an earlier refusal.
    free = Math.min(30, free + 0.4);
    if (free < 1) return { code: "rate_limited", retryAfterMs: 100 };
    free -= 1;
    return null;
  };
  const written = Array.from({ length: 80 }, (_, i) => `message ${i}`);
  for (const text of written) channel.send(text);
  await server.clock.advance(60_000);
  expect(serverTexts()).toEqual(["hello", ...written]);
  expect(texts()).toEqual(["hello", ...written]);
});

test("a permanent refusal keeps the text, which can be sent again or discarded", async () => {
  server.refuse = ({ type }) => (type === "message.send" ? { code: "forbidden" } : null);
  const { key } = channel.send("kept");
  await settle();
  expect(rows()[1]).toMatchObject({ key, text: "kept", delivery: { state: "failed", code: "forbidden" } });

  server.refuse = () => null;
  channel.retry(key);
  channel.retry(key);
  await settle();
  expect(serverTexts()).toEqual(["hello", "kept"]);
  expect(rows()[1]).toMatchObject({ key, seq: 2, delivery: { state: "sent" } });

  server.refuse = ({ type }) => (type === "message.send" ? { code: "forbidden" } : null);
  const { key: other } = channel.send("dropped");
  await settle();
  channel.discard(other);
  expect(texts()).toEqual(["hello", "kept"]);
});

test("after a nonce conflict, a retry is a new command", async () => {
  server.refuse = ({ type }) => (type === "message.send" ? { code: "nonce_conflict" } : null);
  const { key } = channel.send("again");
  await settle();
  server.refuse = () => null;
  channel.retry(key);
  await settle();
  const [first, second] = server.commands("c_1", "message.send");
  expect(second?.nonce).not.toBe(first?.nonce);
  expect(serverTexts()).toEqual(["hello", "again"]);
});

test("an edit shows immediately, and its event confirms it", async () => {
  channel.send("helo");
  await settle();
  channel.edit(2, "hello");
  expect(rows()[1]).toMatchObject({ text: "hello", edited: true, delivery: { state: "sending" } });
  await settle();
  expect(rows()[1]).toMatchObject({ text: "hello", edited: true, delivery: { state: "sent" } });
  expect(rows()[1]?.body).toMatchObject({ version: 3 });
});

test("a refused edit restores the text, and can be retried under the message's key", async () => {
  const { key } = channel.send("helo");
  await settle();
  server.refuse = ({ type }) => (type === "message.edit" ? { code: "forbidden" } : null);
  channel.edit(2, "hello");
  await settle();
  expect(rows()[1]).toMatchObject({ key, text: "helo", edited: false, delivery: { state: "failed" } });
  server.refuse = () => null;
  channel.retry(key);
  await settle();
  expect(rows()[1]).toMatchObject({ key, text: "hello", delivery: { state: "sent" } });
});

test("a message has no text from the moment its deletion is requested", async () => {
  channel.send("oops");
  await settle();
  channel.remove(2);
  expect(rows()[1]).toMatchObject({ state: "deleted", text: "", delivery: { state: "sending" } });
  await settle();
  expect(rows()[1]).toMatchObject({
    state: "deleted",
    text: "",
    body: { state: "deleted" },
    delivery: { state: "sent" },
  });
});

test("read marks only move forward, are sent at most once a second, and show immediately", async () => {
  for (let i = 0; i < 9; i++) await server.say("c_1", `line ${i}`);
  for (const seq of [3, 5, 4, 7]) channel.markRead(seq);
  expect(channel.view.get().reads).toEqual({ u_alice: 7 });
  await server.clock.advance(5_000);
  expect(server.commands("c_1", "read.mark").map(({ seq }) => seq)).toEqual([3, 7]);
});

test("sending a message marks everything before it as read", async () => {
  channel.send("hi");
  await settle();
  expect(channel.view.get().reads).toEqual({ u_alice: 2 });
});

test("read marks of others show when their signals arrive", async () => {
  server.socket("c_1").say({ type: "signal", signal: { type: "read.marked", channel: "c_1", user: "u_bob", seq: 1 } });
  await settle();
  expect(channel.view.get().reads).toEqual({ u_bob: 1 });
});
