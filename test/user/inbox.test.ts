import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { FrameOf, InboxRow, ServerFrame } from "../../src/protocol";
import { call, openDirect, register } from "../support/http";
import { openPair } from "../support/pair";
import { attach, composedAt, type Device, epochOf, isLiveInbox, join } from "../support/socket";

const isReadMarked = (frame: ServerFrame): frame is FrameOf<"signal"> =>
  frame.type === "signal" && frame.signal.type === "read.marked";

/** The row that a device shows for a channel: the last row that it got. */
const shown = (device: Device, channel: string): InboxRow | undefined =>
  device.frames
    .flatMap((frame) => (frame.type === "inbox" ? frame.rows : []))
    .filter((row) => row.channel === channel)
    .at(-1);

test("[S44] a message updates the row on every device of the recipient, with preview and count", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  b.close();
  const [phone, laptop] = [await attach(bob), await attach(bob)];
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "  are you\nthere?  " });
  for (const device of [phone, laptop]) {
    const isNews = (frame: ServerFrame): frame is FrameOf<"inbox"> => isLiveInbox(frame) && frame.rows[0]?.head === 1;
    const { rows } = await device.until(isNews);
    expect(rows).toMatchObject([
      { channel, head: 1, unread: 1, read: 0, preview: { author: alice.id, text: "are you there?" } },
    ]);
  }
});

test("[S37] reading on one device clears the count on the others", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const phone = await attach(bob);
  for (const text of ["one", "two"]) a.send({ type: "message.send", ...composedAt(epoch, 0), text });
  await b.event(2);
  await expect.poll(() => shown(phone, channel)?.unread).toBe(2);
  await b.answer(b.send({ type: "read.mark", seq: 2 }), "ack");
  await expect.poll(() => shown(phone, channel)).toMatchObject({ read: 2, unread: 0 });
});

test("[S37] a mark never goes back and never passes the head", async () => {
  const { b, a, epoch } = await openPair();
  for (const text of ["one", "two"]) a.send({ type: "message.send", ...composedAt(epoch, 0), text });
  await b.event(2);
  expect(await b.answer(b.send({ type: "read.mark", seq: 99 }), "ack")).toMatchObject({ seq: 2 });
  expect(await b.answer(b.send({ type: "read.mark", seq: 1 }), "ack")).toMatchObject({ seq: 2 });
});

test("[S46] one sync brings a returning person up to date, also after deletions", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  b.close();
  for (const text of ["one", "two", "three"]) a.send({ type: "message.send", ...composedAt(epoch, 0), text });
  a.send({ type: "message.delete", ...composedAt(epoch, 0), seq: 3 });
  await a.event(4);
  const phone = await attach(bob);
  expect(shown(phone, channel)).toMatchObject({ head: 4, unread: 2, preview: { text: "two" } });
});

test("an offline member costs one call and one written row until they return", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  b.close();
  const stub = env.CHANNELS.getByName(channel);
  await a.until((frame) => frame.type === "ready");
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  const version = () =>
    runInDurableObject(env.USERS.getByName(bob.id), (_, state) =>
      state.storage.sql.exec<{ version: number | null }>("SELECT max(version) AS version FROM inbox").one(),
    );
  await expect.poll(version).toEqual({ version: 1 });
  await evictDurableObject(stub, { webSockets: "hibernate" });
  for (let i = 0; i < 20; i++) a.send({ type: "message.send", ...composedAt(epoch, 1), text: `more ${i}` });
  await a.event(21);
  expect(await version()).toEqual({ version: 1 });
  const phone = await attach(bob);
  expect(shown(phone, channel)).toMatchObject({ head: 21, unread: 21 });
  a.send({ type: "message.send", ...composedAt(epoch, 21), text: "welcome back" });
  await expect.poll(() => shown(phone, channel)?.head, { timeout: 8_000 }).toBe(22);
});

test("[S46] a sync brings only what changed after the cursor", async () => {
  const alice = await register("alice");
  const people = await Promise.all(["bob", "carol", "dave"].map((name) => register(name)));
  for (const person of people) {
    const channel = await openDirect(person, alice);
    const device = await join(person, channel);
    device.send({ type: "message.send", ...composedAt(await epochOf(device), 0), text: "hi" });
    await device.event(1);
  }
  const synced = async (after: number) => {
    const phone = await attach(alice);
    return phone.answer(phone.send({ type: "inbox.sync", after }), "inbox");
  };
  await expect.poll(async () => (await synced(0)).rows.length).toBe(3);
  const { version = 0 } = await synced(0);
  expect((await synced(version)).rows).toEqual([]);
});

test("[S39] reading over HTTP moves the mark too", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  await b.event(1);
  const phone = await attach(bob);
  const body = { seq: 1 };
  expect(await call(`/v1/channels/${channel}/read`, { method: "PUT", token: bob.token, body })).toEqual({ seq: 1 });
  await expect.poll(() => shown(phone, channel)).toMatchObject({ read: 1, unread: 0 });
  const seen = await a.until(isReadMarked);
  expect(seen.signal).toMatchObject({ type: "read.marked", user: bob.id, seq: 1 });
});
