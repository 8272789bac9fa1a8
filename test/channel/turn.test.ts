// The commands of one turn: order, frames, refusals, unreadable frames.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openPair } from "../support/pair";
import { composedAt, textOf } from "../support/socket";

test("[S27] a message reaches both sides once, and its event is the sender's acknowledgement", async () => {
  const { alice, channel, a, b, epoch } = await openPair();
  const composed = composedAt(epoch, 0);
  a.send({ type: "message.send", ...composed, text: "hello" });
  const received = await b.event(1);
  await a.event(1);
  expect(received).toMatchObject({ seq: 1, type: "message.sent", actor: alice.id, nonce: composed.nonce });
  expect(b.frames.find((frame) => frame.type === "events")).toMatchObject({ channel, epoch, head: 1 });
  expect(a.events).toHaveLength(1);
  expect(a.frames.filter((frame) => frame.type === "ack")).toHaveLength(0);
});

test("the events of one turn share a frame in the order of arrival, and both sides get the same", async () => {
  const { a, b, epoch } = await openPair();
  const texts = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  for (const text of texts) a.send({ type: "message.send", ...composedAt(epoch, 0), text });
  await b.event(20);
  await a.event(20);
  expect(b.events.map((event) => event.seq)).toEqual(texts.map((_, i) => i + 1));
  expect(b.events.map(textOf)).toEqual(texts);
  expect(a.events).toEqual(b.events);
  expect(b.frames.filter((frame) => frame.type === "events").length).toBeLessThan(texts.length);
});

test("a refused command does not affect the rest of its turn", async () => {
  const { a, b, epoch } = await openPair();
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "before" });
  const refused = a.send({ type: "message.edit", ...composedAt(epoch, 0), seq: 99, text: "nothing there" });
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "after" });
  expect(await a.answer(refused, "error")).toMatchObject({ code: "not_found", temporary: false });
  await b.event(2);
  expect(b.events.map(textOf)).toEqual(["before", "after"]);
});

test("[S15] an unreadable frame affects only its sender, who can go on", async () => {
  const { a, b, epoch } = await openPair();
  for (const frame of ["", "{", "[]", '{"id":"x","type":"nonsense"}', "null", '"text"', '{"id":{}}'])
    a.socket.send(frame);
  a.send({ type: "message.send", ...composedAt(epoch, 0), text: "still here" });
  await b.event(1);
  const errors = a.frames.filter((frame) => frame.type === "error");
  expect(errors).toHaveLength(7);
  expect(errors.map((error) => error.id)).toContain("x");
  expect(b.frames.filter((frame) => frame.type === "error")).toHaveLength(0);
});

test("[S11] a binary frame closes the socket of its sender and no other", async () => {
  const { a, b, epoch } = await openPair();
  a.socket.send(new Uint8Array([1, 2, 3]));
  expect(await a.untilClosed()).toMatchObject({ code: 4201 });
  b.send({ type: "message.send", ...composedAt(epoch, 0), text: "alone" });
  await b.event(1);
});

test("a request for a guessed channel id writes no row and opens no socket", async () => {
  const stub = env.CHANNELS.getByName("c_guessed");
  const caller = { user: "u_nobody", session: "s_none", issuedAt: Date.now() };
  expect(await stub.page(caller, { limit: 10 })).toMatchObject({ ok: false, code: "not_found" });
  expect(await stub.wake("u_nobody")).toMatchObject({ ok: false, code: "not_found" });
  const tables = await runInDurableObject(stub, (_, state) =>
    state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
  expect(tables).toEqual([]);
});
