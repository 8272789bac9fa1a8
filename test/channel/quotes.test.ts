// Replies with a quote: what the quote shows, also after its message has changed.
import { expect, test } from "vitest";
import { limits, type Message } from "../../src/protocol";
import { call, request } from "../support/http";
import { perform, readAll, refusalCode, resume, say, shownBy, stableFieldsOf } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

test("[S70] a reply carries a preview of the quoted message, over the socket, HTTP and pages", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, `  are you\nthere? ${"x".repeat(500)}`);
  const reply = await perform(b, epoch, { type: "message.send", text: "yes", replyTo: seq });
  const preview = `are you there? ${"x".repeat(500)}`.slice(0, limits.previewCodePoints);
  const quote = { seq, author: alice.id, state: "live", preview };
  expect(reply.data).toMatchObject({ reply: quote, thread: null, root: null });
  expect(await a.event(reply.seq)).toEqual(reply);
  const path = `/v1/channels/${channel}/messages`;
  expect(await call<Message>(`${path}/${reply.seq}`, { token: bob.token })).toMatchObject({ reply: quote });
  const sent = { text: "over HTTP", replyTo: seq };
  const headers = { "idempotency-key": "k" };
  const done = await call<{ seq: number }>(path, { method: "POST", token: alice.token, body: sent, headers });
  expect((await b.event(done.seq)).data).toMatchObject({ reply: quote });
  const other = { method: "POST", token: alice.token, body: { text: "over HTTP" }, headers };
  expect((await request(path, other)).status).toBe(409);
});

test("[S70] a quote follows the edits of its message and is empty after its deletion", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "first");
  const reply = await say(b, epoch, "yes", { replyTo: seq });
  const shown = async () =>
    (await call<Message>(`/v1/channels/${channel}/messages/${reply}`, { token: alice.token })).reply?.preview;
  expect(await shown()).toBe("first");
  await perform(a, epoch, { type: "message.edit", seq, text: "second" });
  expect(await shown()).toBe("second");
  await perform(a, epoch, { type: "message.delete", seq });
  expect(await shown()).toBeNull();
  const replayed = await resume(bob, channel, epoch);
  expect((await replayed.event(reply)).data).toMatchObject({
    reply: { seq, author: alice.id, state: "deleted", preview: null },
  });
  expect(JSON.stringify(replayed.frames)).not.toMatch(/first|second/);
});

test("[S70] a deleted message may be quoted, with an empty preview", async () => {
  const { a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "secret");
  await perform(a, epoch, { type: "message.delete", seq });
  const reply = await perform(b, epoch, { type: "message.send", text: "what was it?", replyTo: seq });
  expect(reply.data).toMatchObject({ reply: { seq, state: "deleted", preview: null } });
});

test("[S70] a reply to an entry that is no message is refused", async () => {
  const { a, epoch } = await openPair();
  const seq = await say(a, epoch, "one");
  const { seq: edit } = await perform(a, epoch, { type: "message.edit", seq, text: "two" });
  for (const replyTo of [edit, edit + 1, 99]) {
    expect(await refusalCode(a, epoch, { type: "message.send", text: "?", replyTo })).toBe("not_found");
  }
  expect(await refusalCode(a, epoch, { type: "message.send", text: "?", replyTo: 0 })).toBe("invalid");
});

test("[S26] the same text with another quote or none under the same nonce is a conflict", async () => {
  const { a, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(a, epoch, "other")];
  const send = { ...composedAt(epoch, other), type: "message.send", text: "yes", replyTo: one } as const;
  a.send(send);
  await a.event(other + 1);
  expect(await a.answer(a.send(send), "ack")).toMatchObject({ seq: other + 1 });
  expect(await a.answer(a.send({ ...send, replyTo: other }), "error")).toMatchObject({ code: "nonce_conflict" });
  const { replyTo: _, ...withoutQuote } = send;
  expect(await a.answer(a.send(withoutQuote), "error")).toMatchObject({ code: "nonce_conflict" });
});

test("[S31] a device that catches up shows the same quotes as a live one", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(b, epoch, "other")];
  const answer = await say(b, epoch, "to one", { replyTo: one });
  await say(a, epoch, "to the answer", { replyTo: answer });
  await say(a, epoch, "to other", { replyTo: other });
  await perform(b, epoch, { type: "message.edit", seq: answer, text: "to one!" });
  const { seq } = await perform(b, epoch, { type: "message.delete", seq: other });
  await a.event(seq);
  const replayed = await resume(bob, channel, epoch);
  expect(stableFieldsOf(replayed)).toEqual(stableFieldsOf(a));
  expect(shownBy(replayed)).toEqual(shownBy(a));
  expect(shownBy(a)).toEqual((await readAll(bob, channel)).messages);
});
