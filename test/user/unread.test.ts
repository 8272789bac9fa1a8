// What counts as unread, and for whom.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { InboxRow } from "../../src/protocol";
import { call, type Person, request } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { attach, type Device, join } from "../support/socket";

/** The row that a device shows for a channel: the last row that it got. */
const shown = (device: Device, channel: string): InboxRow | undefined =>
  device.frames
    .flatMap((frame) => (frame.type === "inbox" ? frame.rows : []))
    .findLast((row) => row.channel === channel);

/** A viewer gets inbox rows only every two seconds. */
const seen = (row: () => InboxRow | undefined) => expect.poll(row, { timeout: 8_000 });

const put = ({ token }: Person, channel: string, what: "read" | "unread", seq: number) =>
  call<{ seq: number }>(`/v1/channels/${channel}/${what}`, { method: "PUT", token, body: { seq } });

test("[S83] a mention by name or @channel counts until the message is edited or deleted", {
  timeout: 30_000,
}, async () => {
  const { bob, carol, channel, a, epoch } = await openTrio();
  const [phone, other] = [await attach(bob), await attach(carol)];
  const one = await say(a, epoch, `@${bob.handle}, are you there?`);
  const two = await say(a, epoch, "@channel hello");
  await seen(() => shown(phone, channel)).toMatchObject({ unread: 2, mentions: 2 });
  await seen(() => shown(other, channel)).toMatchObject({ unread: 2, mentions: 1 });
  await perform(a, epoch, { type: "message.edit", seq: one, text: `@${carol.handle}, are you there?` });
  await seen(() => shown(phone, channel)).toMatchObject({ unread: 2, mentions: 1 });
  await seen(() => shown(other, channel)).toMatchObject({ unread: 2, mentions: 2 });
  await perform(a, epoch, { type: "message.delete", seq: two });
  await seen(() => shown(phone, channel)).toMatchObject({ unread: 1, mentions: 0 });
  await put(bob, channel, "read", one);
  await seen(() => shown(phone, channel)).toMatchObject({ unread: 0, mentions: 0, read: one });
});

test("[S83] a reply in a thread counts for its followers and for mentioned members only", {
  timeout: 30_000,
}, async () => {
  const { bob, carol, channel, a, b, c, epoch } = await openTrio();
  const root = await say(a, epoch, "root");
  await say(b, epoch, "following by writing", { thread: root });
  const [phone, other] = [await attach(bob), await attach(carol)];
  for (const who of [bob, carol]) await put(who, channel, "read", root + 1);
  await say(a, epoch, "reply", { thread: root });
  await seen(() => shown(phone, channel)).toMatchObject({ head: root + 2, unread: 1, mentions: 0 });
  await seen(() => shown(other, channel)).toMatchObject({ head: root + 2, unread: 0 });
  await say(a, epoch, `@${carol.handle}`, { thread: root });
  await seen(() => shown(other, channel)).toMatchObject({ unread: 1, mentions: 1 });
  await perform(c, epoch, { type: "thread.follow", seq: root });
  await perform(b, epoch, { type: "thread.unfollow", seq: root });
  await seen(() => shown(other, channel)).toMatchObject({ unread: 2, mentions: 1 });
  await seen(() => shown(phone, channel)).toMatchObject({ unread: 0 });
});

test("[S83] counts are right after deletions in any order", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const seqs: number[] = [];
  for (let i = 0; i < 6; i++) seqs.push(await say(a, epoch, `line ${i}`));
  for (const seq of [seqs[4], seqs[0], seqs[5]]) {
    if (seq !== undefined) await perform(a, epoch, { type: "message.delete", seq });
  }
  const phone = await attach(bob);
  await seen(() => shown(phone, channel)).toMatchObject({ unread: 3, preview: { text: "line 3" } });
});

test("[S84] an unread-from mark shows on every device of the person, and on no other, until they read again", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const seqs = [await say(a, epoch, "one"), await say(a, epoch, "two"), await say(a, epoch, "three")];
  const last = seqs[2] ?? 0;
  await b.answer(b.send({ type: "read.mark", seq: last }), "ack");
  const devices = [await attach(bob), await attach(bob)];
  const others = await attach(alice);
  const seenSignals = a.frames.filter(({ type }) => type === "signal").length;
  expect(await b.answer(b.send({ type: "read.unmark", seq: 2 }), "ack")).toMatchObject({ seq: last });
  for (const device of devices)
    await seen(() => shown(device, channel)).toMatchObject({ unread: 2, unreadFrom: 2, read: last });
  expect(await put(bob, channel, "unread", 1)).toEqual({ seq: last });
  for (const device of devices) await seen(() => shown(device, channel)).toMatchObject({ unread: 3 });
  await put(bob, channel, "read", last);
  for (const device of devices)
    await seen(() => shown(device, channel)).toMatchObject({ unread: 0, unreadFrom: null, read: last });
  expect(shown(others, channel)?.unreadFrom ?? null).toBeNull();
  const signals = a.frames.flatMap((frame) => (frame.type === "signal" ? [frame.signal] : [])).slice(seenSignals);
  expect(signals.filter(({ type }) => type === "read.marked")).toEqual([]);
});

test("[S84] an unread-from mark set while no device is connected reaches the next device", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "one");
  await b.answer(b.send({ type: "read.mark", seq }), "ack");
  b.close();
  await put(bob, channel, "unread", seq);
  const phone = await attach(bob);
  await seen(() => shown(phone, channel)).toMatchObject({ unread: 1, unreadFrom: seq, read: seq });
});

test("[S86] receipts that are switched off appear neither in ready nor in a signal", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "one");
  const change = (receipts: boolean) => call("/v1/me", { method: "PATCH", token: bob.token, body: { receipts } });
  await change(false);
  const frameCount = a.frames.length;
  await b.answer(b.send({ type: "read.mark", seq }), "ack");
  const ready = async () => {
    const device = await join(alice, channel);
    const frame = await device.until((frameCount) => frameCount.type === "ready");
    device.close();
    return frame;
  };
  const hidden = await ready();
  expect(Object.keys(hidden.reads)).toEqual([alice.id]);
  expect(hidden.delivered).not.toHaveProperty(bob.id);
  await say(a, epoch, "two");
  const marked = await b.answer(b.send({ type: "read.mark", seq: seq + 1 }), "ack");
  await a.answer(a.send({ type: "read.mark", seq: 0 }), "ack");
  expect(JSON.stringify(a.frames.slice(frameCount))).not.toContain(bob.id);
  await change(true);
  expect((await ready()).reads).toMatchObject({ [bob.id]: marked.seq });
  const { status } = await request("/v1/me", { method: "PATCH", token: bob.token, body: { receipts: "no" } });
  expect(status).toBe(400);
});

test("[S104] an invisible person shows no delivered mark, in ready, in a poll or in a signal", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const setMode = (presence: string) => call("/v1/me", { method: "PATCH", token: bob.token, body: { presence } });
  await setMode("invisible");
  const frameCount = a.frames.length;
  const seq = await say(a, epoch, "one");
  await b.event(seq);
  // A delivered mark of the viewer is announced about once in a second.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const next = await say(a, epoch, "two");
  await b.event(next);
  const frames = async () => {
    const { frames } = await call<{ frames: unknown }>(`/v1/channels/${channel}/events`, { token: alice.token });
    return JSON.stringify(frames);
  };
  const ready = await (await join(alice, channel)).until((frame) => frame.type === "ready");
  expect(ready.delivered).not.toHaveProperty(bob.id);
  expect(await frames()).not.toContain(`"${bob.id}":${next}`);
  await a.answer(a.send({ type: "read.mark", seq: 0 }), "ack");
  expect(JSON.stringify(a.frames.slice(frameCount))).not.toContain(bob.id);
  await setMode("auto");
  const visible = await (await join(alice, channel)).until((frame) => frame.type === "ready");
  expect(visible.delivered).toMatchObject({ [bob.id]: next });
});

test("[S83] a member who follows a thread again by replying has the same count after the object lost its memory", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const unread = async () => {
    const answer = await env.CHANNELS.getByName(channel).wake(alice.id);
    return answer.ok ? answer.value.unread : -1;
  };
  const root = await say(a, epoch, "root");
  for (const text of ["one", "two"]) await say(b, epoch, text, { thread: root });
  expect(await unread()).toBe(2);
  await perform(a, epoch, { type: "thread.unfollow", seq: root });
  expect(await unread()).toBe(0);
  await say(b, epoch, "three", { thread: root });
  const counted = await unread();
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  expect(await unread()).toBe(counted);
  expect(bob.id).not.toBe(alice.id);
});
