// What survives when an object hibernates or is evicted.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openPair } from "../support/pair";
import { attach, composedAt, isLiveInbox } from "../support/socket";

test("hibernation drops the memory and keeps the sockets, and the next message has the right seq", async () => {
  const { alice, channel, a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "before" });
  await b.event(1);
  const stub = env.CHANNELS.getByName(channel);
  const before = await runInDurableObject(stub, (instance) => instance);
  await evictDurableObject(stub, { webSockets: "hibernate" });
  expect(await runInDurableObject(stub, (instance) => instance === before)).toBe(false);
  b.send({ type: "message.send", ...composedAt(epoch, 1), text: "after" });
  expect(await a.event(2)).toMatchObject({ data: { body: { text: "after" } } });
  expect([a.closed, b.closed]).toEqual([null, null]);
  expect(alice.id).toBe((await a.event(1)).actor);
});

test("a read mark survives hibernation without a row", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  for (const text of ["one", "two", "three"]) a.send({ type: "message.send", ...composedAt(epoch, 0), text });
  await b.event(3);
  await b.answer(b.send({ type: "read.mark", seq: 2 }), "ack");
  const stub = env.CHANNELS.getByName(channel);
  await evictDurableObject(stub, { webSockets: "hibernate" });
  const row = await stub.wake(bob.id);
  expect(row).toMatchObject({ ok: true, value: { read: 2, unread: 1 } });
});

test("a read mark survives its socket", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  await b.event(1);
  await b.answer(b.send({ type: "read.mark", seq: 1 }), "ack");
  b.close();
  const stub = env.CHANNELS.getByName(channel);
  const saved = () =>
    runInDurableObject(
      stub,
      (_, state) => state.storage.sql.exec<{ state: string }>("SELECT state FROM standing").toArray()[0]?.state,
    );
  await expect.poll(saved).toContain(`"${bob.id}":1`);
  await evictDurableObject(stub, { webSockets: "close" });
  expect(await stub.wake(bob.id)).toMatchObject({ ok: true, value: { read: 1, unread: 0 } });
});

test("the sockets of a user object survive hibernation too", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const inbox = await attach(bob);
  await evictDurableObject(env.USERS.getByName(bob.id), { webSockets: "hibernate" });
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "hello" });
  const live = await inbox.until(isLiveInbox);
  expect(live.rows).toMatchObject([{ channel, head: 1, unread: 1 }]);
});

test("[S37] a read mark survives a socket that closes during hibernation", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  for (const text of ["one", "two"]) a.send({ type: "message.send", ...composedAt(epoch, 0), text });
  await b.event(2);
  await b.answer(b.send({ type: "read.mark", seq: 2 }), "ack");
  const stub = env.CHANNELS.getByName(channel);
  await evictDurableObject(stub, { webSockets: "hibernate" });
  b.close();
  await b.untilClosed();
  expect(await stub.wake(bob.id)).toMatchObject({ ok: true, value: { read: 2, unread: 0 } });
});
