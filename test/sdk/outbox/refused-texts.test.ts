// A text that the server refused for good, or whose author was removed, stays until the person
// retries or discards it, also after the program has started again.
import { beforeEach, expect, test } from "vitest";
import { memoryOutbox, type Outbox } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let outbox: Outbox;

const start = async () => {
  const client = server.client("alice", { outbox });
  await client.connect();
  await settle();
  return client;
};
type Started = Awaited<ReturnType<typeof start>>;

const failures = (client: Started, id = "c_1") =>
  client
    .channel(id)
    .view.get()
    .refused.map(({ text, code, change }) => [text, code, change]);
const texts = () => server.log("c_1").messages.map(({ body }) => (body.state === "live" ? body.text : null));

beforeEach(() => {
  server = new FakeServer();
  outbox = memoryOutbox();
  server.log("c_1").say("u_bob", "hello");
});

/** Sends a text that the server refuses for good. */
async function refuse(client: Started, text: string): Promise<string> {
  await client.channel("c_1").open();
  server.refuse = ({ type }) => (type === "channel.subscribe" ? null : { code: "forbidden" });
  const { key } = client.channel("c_1").send(text);
  await settle();
  server.refuse = () => null;
  return key;
}

test("a refused message is offered again after a restart, and can be retried", async () => {
  const alice = await start();
  const key = await refuse(alice, "kept");
  expect(failures(alice)).toEqual([["kept", "forbidden", "send"]]);
  alice.disconnect();
  const next = await start();
  expect(failures(next)).toEqual([["kept", "forbidden", "send"]]);
  await next.channel("c_1").open();
  await server.clock.advance(10_000);
  // It is not sent by itself.
  expect(texts()).toEqual(["hello"]);
  expect(next.channel("c_1").view.get().messages.at(-1)).toMatchObject({
    key,
    text: "kept",
    delivery: { state: "failed" },
  });
  next.channel("c_1").retry(key);
  await settle();
  expect(texts()).toEqual(["hello", "kept"]);
  expect(failures(next)).toEqual([]);
  expect(await outbox.load()).toEqual([]);
});

test("a refused message that is discarded does not come back", async () => {
  const alice = await start();
  const key = await refuse(alice, "unwanted");
  alice.channel("c_1").discard(key);
  await settle();
  expect(await outbox.load()).toEqual([]);
  alice.disconnect();
  expect(failures(await start())).toEqual([]);
});

test("a refused edit and a refused reply in a thread are listed, also if their messages are not loaded", async () => {
  const mine = server.log("c_1").say("u_alice", "mine");
  const alice = await start();
  await alice.channel("c_1").open();
  server.refuse = ({ type }) => (type === "channel.subscribe" ? null : { code: "forbidden" });
  alice.channel("c_1").edit(mine.seq, "mine, better");
  alice.channel("c_1").send("a reply", { thread: mine.seq });
  alice.channel("c_1").react(mine.seq, "👍");
  await settle();
  server.refuse = () => null;
  alice.disconnect();
  const next = await start();
  expect(failures(next)).toEqual([
    ["mine, better", "forbidden", "edit"],
    ["a reply", "forbidden", "send"],
  ]);
  expect(next.channel("c_1").view.get().refused).toMatchObject([{ seq: mine.seq }, { seq: null, thread: mine.seq }]);
  // A reaction has no text to lose.
  expect(await outbox.load()).toHaveLength(2);
});

test("a message that waits while its author is removed is kept, also across a restart, until they are back", async () => {
  const record = server.channels.get("c_1");
  if (!record) throw new Error("no channel");
  server.channels.set("c_1", { ...record, kind: "group", name: "Harbour" });
  const alice = await start();
  await alice.channel("c_1").open();
  server.isOffline = true;
  for (const socket of server.sockets) socket.cut();
  alice.channel("c_1").send("are you there?");
  await settle();
  server.channels.delete("c_1");
  server.refuse = ({ type }) => (type === "channel.subscribe" ? { code: "not_found" } : null);
  server.isOffline = false;
  alice.retryNow();
  await server.clock.advance(5_000);
  expect(alice.channel("c_1").view.get().phase).toBe("gone");
  expect(failures(alice)).toEqual([["are you there?", "removed", "send"]]);
  expect(alice.formerChannels.get()).toEqual([{ id: "c_1", name: "Harbour", unsent: 1 }]);
  alice.disconnect();
  const next = await start();
  expect(next.formerChannels.get()).toEqual([{ id: "c_1", name: "Harbour", unsent: 1 }]);
  // Added again: the text is still there, and is sent when the person wants it.
  server.channels.set("c_1", { ...record, kind: "group", name: "Harbour" });
  server.refuse = () => null;
  next.disconnect();
  await next.connect();
  await server.clock.advance(5_000);
  expect(next.formerChannels.get()).toEqual([]);
  await next.channel("c_1").open();
  expect(texts()).toEqual(["hello"]);
  const [kept] = next.channel("c_1").view.get().refused;
  next.channel("c_1").retry(kept?.key ?? "");
  await settle();
  expect(texts()).toEqual(["hello", "are you there?"]);
  expect(await outbox.load()).toEqual([]);
});
