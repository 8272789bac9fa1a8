// Replies that quote: what the quote shows, now and after its message has changed.
import { expect, test } from "vitest";
import { limits, type Message } from "../../src/protocol";
import { call, request } from "../support/http";
import { courseOf, perform, pictureOf, readAll, refusal, resume, say } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

test("[S70] a reply carries its author's words in short, over the socket, HTTP and the page", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, `  are you\nthere? ${"x".repeat(500)}`);
  const reply = await perform(b, epoch, { type: "message.send", text: "yes", replyTo: seq });
  const preview = `are you there? ${"x".repeat(500)}`.slice(0, limits.previewCodePoints);
  const quote = { seq, author: alice.id, preview };
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

test("[S70] a quote follows the edits of its message and falls silent with its deletion", async () => {
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
  expect((await replayed.event(reply)).data).toMatchObject({ reply: { seq, author: alice.id, preview: null } });
  expect(JSON.stringify(replayed.frames)).not.toMatch(/first|second/);
});

test("[S70] a deleted message may still be answered, and says nothing", async () => {
  const { a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "secret");
  await perform(a, epoch, { type: "message.delete", seq });
  const reply = await perform(b, epoch, { type: "message.send", text: "what was it?", replyTo: seq });
  expect(reply.data).toMatchObject({ reply: { seq, preview: null } });
});

test("[S70] what is no message is not answered", async () => {
  const { a, epoch } = await openPair();
  const seq = await say(a, epoch, "one");
  const { seq: edit } = await perform(a, epoch, { type: "message.edit", seq, text: "two" });
  for (const replyTo of [edit, edit + 1, 99]) {
    expect(await refusal(a, epoch, { type: "message.send", text: "?", replyTo })).toBe("not_found");
  }
  expect(await refusal(a, epoch, { type: "message.send", text: "?", replyTo: 0 })).toBe("invalid");
});

test("[S26] the same words to another message, or to none, under the same nonce are a conflict", async () => {
  const { a, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(a, epoch, "other")];
  const send = { ...composedAt(epoch, other), type: "message.send", text: "yes", replyTo: one } as const;
  a.send(send);
  await a.event(other + 1);
  expect(await a.answer(a.send(send), "ack")).toMatchObject({ seq: other + 1 });
  expect(await a.answer(a.send({ ...send, replyTo: other }), "error")).toMatchObject({ code: "nonce_conflict" });
  const { replyTo: _, ...noAnnotations } = send;
  expect(await a.answer(a.send(noAnnotations), "error")).toMatchObject({ code: "nonce_conflict" });
});

test("[S31] a device that catches up shows the quotes that a live one shows", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(b, epoch, "other")];
  const answer = await say(b, epoch, "to one", { replyTo: one });
  await say(a, epoch, "to the answer", { replyTo: answer });
  await say(a, epoch, "to other", { replyTo: other });
  await perform(b, epoch, { type: "message.edit", seq: answer, text: "to one!" });
  const { seq } = await perform(b, epoch, { type: "message.delete", seq: other });
  await a.event(seq);
  const replayed = await resume(bob, channel, epoch);
  expect(courseOf(replayed)).toEqual(courseOf(a));
  expect(pictureOf(replayed)).toEqual(pictureOf(a));
  expect(pictureOf(a)).toEqual((await readAll(bob, channel)).messages);
});
