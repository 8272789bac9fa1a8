// Resuming from a cursor: on a socket, page by page, and history pages over HTTP.
import { expect, test } from "vitest";
import { tuning } from "../../src/domain/tuning";
import type { Body, Page } from "../../src/protocol";
import { call } from "../support/http";
import { openChannelSocket, pull } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt, type Device, join, textOf } from "../support/socket";

async function fill(device: Device, epoch: string, from: number, texts: string[]): Promise<void> {
  for (const text of texts) device.send({ type: "message.send", ...composedAt(epoch, from), text });
  await device.event(from + texts.length);
}

test("[S17] a resumed socket gets every missed event in order and then the live events", async () => {
  const { bob, channel, a, epoch } = await openPair();
  await fill(
    a,
    epoch,
    0,
    Array.from({ length: 40 }, (_, i) => `line ${i}`),
  );
  const b = await openChannelSocket(bob, channel);
  await pull(b, epoch, 10);
  a.send({ type: "message.send", ...composedAt(epoch, 40), text: "live" });
  await b.event(41);
  expect(b.events.map((event) => event.seq)).toEqual(Array.from({ length: 31 }, (_, i) => i + 11));
});

test("[S19] many missed events come in pages of bounded size", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const big = "가".repeat(90_000);
  await fill(
    a,
    epoch,
    0,
    Array.from({ length: 8 }, (_, i) => `${i}${big}`),
  );
  const b = await openChannelSocket(bob, channel);
  expect(await pull(b, epoch, 0)).toBeGreaterThan(2);
  expect(b.events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const frame of b.frames) {
    if (frame.type !== "events") continue;
    const characters = frame.events.reduce((sum, event) => sum + (textOf(event)?.length ?? 0), 0);
    expect(frame.events.length === 1 || characters <= tuning.resumePageBytes).toBe(true);
  }
});

test("[S21] a cursor of another epoch or beyond the head gets a reset and no events", async () => {
  const { bob, channel, a, epoch } = await openPair();
  await fill(a, epoch, 0, ["one", "two"]);
  const b = await openChannelSocket(bob, channel);
  const foreign = b.send({ type: "channel.subscribe", from: { epoch: "another", after: 1 } });
  expect(await b.answer(foreign, "reset")).toMatchObject({ reason: "epoch", epoch, head: 2 });
  const beyond = b.send({ type: "channel.subscribe", from: { epoch, after: 3 } });
  expect(await b.answer(beyond, "reset")).toMatchObject({ reason: "beyond_head", head: 2 });
  expect(b.events).toEqual([]);
});

test("[S17] a socket that has not subscribed gets no event", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const b = await openChannelSocket(bob, channel);
  await fill(a, epoch, 0, ["one"]);
  const id = b.send({ type: "channel.subscribe", from: { epoch, after: 1 } });
  await b.answer(id, "ready");
  expect(b.events).toEqual([]);
});

test("[S31] [S32] a client that replays the log shows the same messages as a live one", async () => {
  const { bob, channel, a, b: live, epoch } = await openPair();
  await fill(a, epoch, 0, ["one", "two", "three"]);
  a.send({ type: "message.edit", ...composedAt(epoch, 3), seq: 1, text: "ONE" });
  a.send({ type: "message.edit", ...composedAt(epoch, 3), seq: 2, text: "TWO" });
  a.send({ type: "message.edit", ...composedAt(epoch, 3), seq: 1, text: "ONE!" });
  a.send({ type: "message.delete", ...composedAt(epoch, 3), seq: 3 });
  await live.event(7);
  const replayed = await openChannelSocket(bob, channel);
  await pull(replayed, epoch, 0);
  const stableFields = (device: Device) =>
    device.events.map(({ seq, type, actor, nonce, data }) => [
      seq,
      type,
      actor,
      nonce,
      "target" in data ? data.target : null,
    ]);
  expect(stableFields(replayed)).toEqual(stableFields(live));
  const page = await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token });
  const shown = page.messages.map(({ seq, body }) => [seq, body]);
  expect(foldLog(live)).toEqual(shown);
  expect(foldLog(replayed)).toEqual(shown);
});

/**
 * What a client shows after its events: of two states of a message, the one with the higher
 * version.
 */
function foldLog(device: Device) {
  const bodies = new Map<number, Body>();
  for (const { seq, data } of device.events) {
    if (!("body" in data)) continue;
    const target = "target" in data ? data.target : seq;
    const known = bodies.get(target);
    if (!known || data.body.version > known.version) bodies.set(target, data.body);
  }
  return [...bodies];
}

test("[S41] history pages: the newest, before, after and around a message", async () => {
  const { alice, channel, a, epoch } = await openPair();
  await fill(
    a,
    epoch,
    0,
    Array.from({ length: 30 }, (_, i) => `line ${i + 1}`),
  );
  const page = (query: string) => call<Page>(`/v1/channels/${channel}/messages?${query}`, { token: alice.token });
  const seqs = ({ messages }: Page) => messages.map((message) => message.seq);
  const newest = await page("limit=5");
  expect(seqs(newest)).toEqual([26, 27, 28, 29, 30]);
  expect(newest).toMatchObject({ moreBefore: true, moreAfter: false, head: 30, epoch });
  expect(await page("limit=5&before=4").then((p) => [seqs(p), p.moreBefore, p.moreAfter])).toEqual([
    [1, 2, 3],
    false,
    true,
  ]);
  expect(await page("limit=3&after=28").then((p) => [seqs(p), p.moreBefore, p.moreAfter])).toEqual([
    [29, 30],
    true,
    false,
  ]);
  expect(await page("limit=4&around=10").then((p) => [seqs(p), p.moreBefore, p.moreAfter])).toEqual([
    [8, 9, 10, 11],
    true,
    true,
  ]);
  const device = await join(alice, channel);
  const id = device.send({ type: "history.page", query: { limit: 2 } });
  expect(seqs((await device.answer(id, "page")).page)).toEqual([29, 30]);
});
