// A command that is sent again makes no second entry.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Appended, Page } from "../../src/protocol";
import { call, request } from "../support/http";
import { openPair } from "../support/pair";
import { composedAt, join } from "../support/socket";

const evict = (channel: string) => evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });

test("[S25] the same send over the same socket, another socket and HTTP is one message", async () => {
  const { alice, channel, a, b, epoch } = await openPair();
  const send = { type: "message.send", ...composedAt(epoch, 0), text: "once" } as const;
  a.send(send);
  await a.event(1);
  expect(await a.answer(a.send(send), "ack")).toMatchObject({ seq: 1 });
  const second = await join(alice, channel);
  expect(await second.answer(second.send(send), "ack")).toMatchObject({ seq: 1 });
  const { type: _, ...body } = send;
  const path = `/v1/channels/${channel}/messages`;
  const answer = await call<Appended>(path, { method: "POST", token: alice.token, body });
  expect(answer).toMatchObject({ seq: 1, duplicate: true, nonce: send.nonce });
  const page = await call<Page>(path, { token: alice.token });
  expect(page.messages).toHaveLength(1);
  expect(b.events).toHaveLength(1);
});

test("[S25] a retry is recognised after eviction, with an empty memory", async () => {
  const { channel, a, epoch } = await openPair();
  const send = { type: "message.send", ...composedAt(epoch, 0), text: "once" } as const;
  a.send(send);
  for (let i = 0; i < 30; i++) a.send({ type: "message.send", ...composedAt(epoch, 0), text: `more ${i}` });
  await a.event(31);
  await evict(channel);
  expect(await a.answer(a.send(send), "ack")).toMatchObject({ seq: 1 });
});

test("[S25] a cursor of another epoch searches the whole log", async () => {
  const { channel, a, epoch } = await openPair();
  const composed = composedAt(epoch, 0);
  a.send({ type: "message.send", ...composed, text: "once" });
  await a.event(1);
  await evict(channel);
  const foreign = { type: "message.send", ...composed, epoch: "another", after: 1, text: "once" } as const;
  expect(await a.answer(a.send(foreign), "ack")).toMatchObject({ seq: 1 });
});

test("[S26] another text under the same nonce is a conflict, before and after an edit and a deletion", async () => {
  const { a, epoch } = await openPair();
  const composed = composedAt(epoch, 0);
  const original = { type: "message.send", ...composed, text: "first" } as const;
  const other = { type: "message.send", ...composed, text: "second" } as const;
  a.send(original);
  await a.event(1);
  expect(await a.answer(a.send(other), "error")).toMatchObject({ code: "nonce_conflict", temporary: false });
  a.send({ type: "message.edit", ...composedAt(epoch, 1), seq: 1, text: "second" });
  await a.event(2);
  expect(await a.answer(a.send(original), "ack")).toMatchObject({ seq: 1 });
  expect(await a.answer(a.send(other), "error")).toMatchObject({ code: "nonce_conflict" });
  a.send({ type: "message.delete", ...composedAt(epoch, 2), seq: 1 });
  await a.event(3);
  expect(await a.answer(a.send(original), "ack")).toMatchObject({ seq: 1 });
  expect(await a.answer(a.send(other), "error")).toMatchObject({ code: "nonce_conflict" });
});

test("[S33] a late retry does not restore a deleted message", async () => {
  const { alice, channel, a, b, epoch } = await openPair();
  const send = { type: "message.send", ...composedAt(epoch, 0), text: "gone soon" } as const;
  a.send(send);
  await a.event(1);
  a.send({ type: "message.delete", ...composedAt(epoch, 1), seq: 1 });
  await b.event(2);
  await evict(channel);
  await a.answer(a.send(send), "ack");
  const page = await call<Page>(`/v1/channels/${channel}/messages`, { token: alice.token });
  expect(page.messages).toMatchObject([{ seq: 1, body: { state: "deleted", version: 2 } }]);
  expect(page.head).toBe(2);
});

test("[S25] repeated edits and deletions have no effect", async () => {
  const { a, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "one" });
  await a.event(1);
  const edit = { type: "message.edit", ...composedAt(epoch, 1), seq: 1, text: "two" } as const;
  a.send(edit);
  a.send({ type: "message.edit", ...composedAt(epoch, 1), seq: 1, text: "three" });
  await a.event(3);
  expect(await a.answer(a.send(edit), "ack")).toMatchObject({ seq: 2 });
  const remove = { type: "message.delete", ...composedAt(epoch, 3), seq: 1 } as const;
  a.send(remove);
  await a.event(4);
  expect(await a.answer(a.send(remove), "ack")).toMatchObject({ seq: 4 });
  const again = a.send({ type: "message.delete", ...composedAt(epoch, 4), seq: 1 });
  expect(await a.answer(again, "ack")).toMatchObject({ seq: 4 });
  expect(a.events).toHaveLength(4);
});

test("[S59] an Idempotency-Key is one message for ever, and a conflict for another text", async () => {
  const { alice, channel } = await openPair();
  const path = `/v1/channels/${channel}/messages`;
  const send = (text: string) =>
    request(path, { method: "POST", token: alice.token, body: { text }, headers: { "idempotency-key": "k-1" } });
  const first = await send("hello").then((response) => response.json<Appended>());
  expect(first).toMatchObject({ seq: 1, duplicate: false });
  await evict(channel);
  const again = await send("hello").then((response) => response.json<Appended>());
  expect(again).toEqual({ ...first, duplicate: true });
  expect((await send("other")).status).toBe(409);
});
