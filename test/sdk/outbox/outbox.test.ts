import { expect, test } from "vitest";
import { memoryOutbox } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

/** Sends messages of alice that do not reach the server, and ends her program. */
async function aliceWritesAndLeaves(server: FakeServer) {
  const outbox = memoryOutbox();
  const alice = server.client("alice", { outbox });
  await alice.accounts.restore();
  await alice.channel("c_1").open();
  server.socket("c_1").isDead = true;
  alice.channel("c_1").send("first");
  alice.channel("c_1").send("second");
  await settle();
  alice.disconnect();
  return outbox;
}

const texts = (server: FakeServer) =>
  server.log("c_1").messages.map(({ body }) => (body.state === "live" ? body.text : null));

test("commands that a client could not send are sent by the next one when it connects", async () => {
  const server = new FakeServer();
  const outbox = await aliceWritesAndLeaves(server);
  expect(await outbox.load()).toHaveLength(2);

  const next = server.client("alice", { outbox });
  await next.connect();
  await settle();
  expect(texts(server)).toEqual(["first", "second"]);
  expect(await outbox.load()).toEqual([]);
});

test("an unsent message shows as being sent before its channel is open", async () => {
  const server = new FakeServer();
  const outbox = await aliceWritesAndLeaves(server);
  const next = server.client("alice", { outbox });
  await next.accounts.restore();
  await settle();
  const rows = next.channel("c_1").view.get().messages;
  expect(rows.map(({ text, delivery }) => [text, delivery.state])).toEqual([
    ["first", "sending"],
    ["second", "sending"],
  ]);
});

test("a message that had already arrived is recognised, and exists once", async () => {
  const server = new FakeServer();
  const outbox = memoryOutbox();
  const alice = server.client("alice", { outbox });
  await alice.channel("c_1").open();
  server.socket("c_1").isHeld = true;
  const { key } = alice.channel("c_1").send("once");
  await settle();
  alice.disconnect();
  expect(texts(server)).toEqual(["once"]);
  expect(await outbox.load()).toHaveLength(1);

  const next = server.client("alice", { outbox });
  const rows: number[] = [];
  const { view } = next.channel("c_1");
  view.subscribe(() => rows.push(view.get().messages.length));
  await next.connect();
  await next.channel("c_1").open();
  await settle();
  expect(Math.max(...rows)).toBe(1);
  expect(texts(server)).toEqual(["once"]);
  expect(next.channel("c_1").view.get().messages).toMatchObject([{ key, seq: 1, delivery: { state: "sent" } }]);
  expect(await outbox.load()).toEqual([]);
});

test("another account on the same device does not send it", async () => {
  const server = new FakeServer();
  const outbox = await aliceWritesAndLeaves(server);
  const bob = server.client("bob", { outbox });
  await bob.connect();
  await settle();
  expect(texts(server)).toEqual([]);
  expect(await outbox.load()).toHaveLength(2);
});

test("a message is stored before it is sent", async () => {
  const server = new FakeServer();
  const store = memoryOutbox();
  let stored = () => {};
  const put = new Promise<void>((resolve) => {
    stored = resolve;
  });
  const alice = server.client("alice", { outbox: { ...store, put: () => put } });
  await alice.channel("c_1").open();
  alice.channel("c_1").send("patience");
  await settle();
  expect(texts(server)).toEqual([]);
  stored();
  await settle();
  expect(texts(server)).toEqual(["patience"]);
});

test("a failing outbox causes a warning, and the message is sent anyway", async () => {
  const server = new FakeServer();
  const warnings: string[] = [];
  const broken = { ...memoryOutbox(), put: () => Promise.reject(new Error("quota")) };
  const alice = server.client("alice", { outbox: broken, onWarning: (warning) => warnings.push(warning) });
  await alice.channel("c_1").open();
  alice.channel("c_1").send("anyway");
  await settle();
  expect(texts(server)).toEqual(["anyway"]);
  expect(warnings.join()).toContain("quota");
});

test("a message composed before its channel was joined gets its cursor on joining", async () => {
  const server = new FakeServer();
  server.log("c_1").say("u_bob", "hello");
  const outbox = memoryOutbox();
  const alice = server.client("alice", { outbox });
  await alice.accounts.restore();
  server.isOffline = true;
  const { key } = alice.channel("c_1").send("early");
  await settle();
  expect(await outbox.load()).toMatchObject([{ command: { nonce: key, epoch: "", text: "early" } }]);
  server.isOffline = false;
  await server.clock.advance(5_000);
  expect(server.commands("c_1", "message.send")).toMatchObject([{ nonce: key, epoch: "e1", after: 1 }]);
  expect(texts(server)).toEqual(["hello", "early"]);
});

test("a refused message stays in the outbox, with the reason, and on screen", async () => {
  const server = new FakeServer();
  const outbox = memoryOutbox();
  const alice = server.client("alice", { outbox });
  await alice.channel("c_1").open();
  server.refuse = ({ type }) => (type === "message.send" ? { code: "forbidden" } : null);
  alice.channel("c_1").send("no");
  await settle();
  expect(await outbox.load()).toMatchObject([{ command: { text: "no" }, refusal: { code: "forbidden" } }]);
  expect(alice.channel("c_1").view.get().messages).toMatchObject([{ text: "no", delivery: { state: "failed" } }]);
});
