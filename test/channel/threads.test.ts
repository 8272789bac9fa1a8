// Threads: replies below a root, outside of the channel's own pages.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type Appended, limits, type Message, type Page, type Replies } from "../../src/protocol";
import { call, openGroup, register, request } from "../support/http";
import { perform, readAll, refusalCode, resume, say, shownBy, stableFieldsOf } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { composedAt, epochOf, join } from "../support/socket";

const seqsOf = ({ messages }: Page) => messages.map(({ seq }) => seq);

test("[S71] a reply in a thread is on the pages of the thread and not on those of the channel", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const root = await say(a, epoch, "root");
  const replies = [await say(b, epoch, "one", { thread: root }), await say(a, epoch, "two", { thread: root })];
  const after = await say(a, epoch, "after");
  const page = (query: string) => call<Page>(`/v1/channels/${channel}/messages?${query}`, { token: bob.token });
  expect(seqsOf(await page(""))).toEqual([root, after]);
  expect(await page(`thread=${root}`)).toMatchObject({ messages: [{ thread: root }, { thread: root }], head: after });
  expect(seqsOf(await page(`thread=${root}`))).toEqual(replies);
  const newest = await page(`thread=${root}&limit=1`);
  expect([seqsOf(newest), newest.moreBefore]).toEqual([replies.slice(1), true]);
  const id = b.send({ type: "history.page", query: { thread: root, limit: 10 } });
  expect(seqsOf((await b.answer(id, "page")).page)).toEqual(replies);
});

test("[S72] the root shows the count, time and authors of its replies, without deleted ones", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const root = await say(a, epoch, "root");
  const one = await perform(b, epoch, { type: "message.send", text: "one", thread: root });
  expect(one.data).toMatchObject({
    thread: root,
    root: {
      seq: root,
      replies: { version: one.seq, count: 1, lastAt: one.at, participants: [bob.id], followers: [alice.id, bob.id] },
    },
  });
  const two = await perform(a, epoch, { type: "message.send", text: "two", thread: root });
  expect(two.data).toMatchObject({ root: { replies: { count: 2, participants: [alice.id, bob.id] } } });
  const gone = await perform(a, epoch, { type: "message.delete", seq: two.seq });
  const replies = { version: gone.seq, count: 1, lastAt: one.at, participants: [bob.id] };
  expect(gone.data).toMatchObject({ target: two.seq, root: { seq: root, replies } });
  expect(await call<Message>(`/v1/channels/${channel}/messages/${root}`, { token: bob.token })).toMatchObject({
    replies,
  });
});

test("[S71] neither a reply in a thread nor an entry that is no message can have a thread", async () => {
  const { a, epoch } = await openPair();
  const root = await say(a, epoch, "root");
  const reply = await say(a, epoch, "reply", { thread: root });
  expect(await refusalCode(a, epoch, { type: "message.send", text: "nested", thread: reply })).toBe("nested_thread");
  expect(await refusalCode(a, epoch, { type: "thread.follow", seq: reply })).toBe("nested_thread");
  for (const thread of [reply + 1, 99])
    expect(await refusalCode(a, epoch, { type: "message.send", text: "?", thread })).toBe("not_found");
});

test("[S69] the thread of a deleted root stays and takes replies", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const root = await say(a, epoch, "root");
  await say(b, epoch, "one", { thread: root });
  await perform(a, epoch, { type: "message.delete", seq: root });
  await say(b, epoch, "two", { thread: root });
  const shown = await call<Message>(`/v1/channels/${channel}/messages/${root}`, { token: bob.token });
  expect(shown).toMatchObject({ body: { state: "deleted" }, replies: { count: 2 } });
});

test("[S73] each member follows for themselves, over the socket and HTTP, and a repeat changes nothing", async () => {
  const { alice, bob, carol, channel, a, c, epoch } = await openTrio();
  const root = await say(a, epoch, "root");
  const command = { ...composedAt(epoch, root), type: "thread.follow", seq: root } as const;
  c.send(command);
  const followed = await c.event(root + 1);
  expect(followed).toMatchObject({ type: "thread.followed", actor: carol.id, data: { target: root } });
  const path = `/v1/channels/${channel}/messages/${root}/follow`;
  const done = await call<Appended>(path, { method: "PUT", token: bob.token });
  expect((await a.event(done.seq)).data).toMatchObject({ replies: { followers: [carol.id, bob.id] } });
  await perform(c, epoch, { type: "thread.unfollow", seq: root });
  expect(await c.answer(c.send(command), "ack")).toMatchObject({ seq: followed.seq });
  const { seq } = await call<Appended>(path, { method: "DELETE", token: bob.token });
  expect((await a.event(seq)).data).toMatchObject({ replies: { followers: [] } });
  await say(a, epoch, "reply", { thread: root });
  const { replies } = await call<Message>(`/v1/channels/${channel}/messages/${root}`, { token: bob.token });
  expect(replies.followers).toEqual([alice.id]);
});

test("[S72] a root shows the five newest of many participants", async () => {
  const people = await Promise.all(Array.from({ length: 7 }, (_, i) => register(`p${i}`)));
  const [owner] = people;
  if (!owner) throw new Error("no person was registered");
  const channel = await openGroup(owner, people.slice(1));
  const device = await join(owner, channel);
  const root = await say(device, await epochOf(device), "root");
  for (const { token, id } of people) {
    const headers = { "idempotency-key": id };
    await call(`/v1/channels/${channel}/messages`, {
      method: "POST",
      token,
      body: { text: "me", thread: root },
      headers,
    });
  }
  const { replies } = await call<{ replies: Replies }>(`/v1/channels/${channel}/messages/${root}`, {
    token: owner.token,
  });
  expect(replies.participants).toEqual(
    people
      .map(({ id }) => id)
      .reverse()
      .slice(0, limits.threadParticipants),
  );
  expect(replies).toMatchObject({ count: 7 });
  expect(new Set(replies.followers)).toEqual(new Set(people.map(({ id }) => id)));
});

test("[S26] the same text in another thread under the same nonce is a conflict", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(a, epoch, "other")];
  const send = { ...composedAt(epoch, other), type: "message.send", text: "here", thread: one } as const;
  a.send(send);
  await a.event(other + 1);
  expect(await a.answer(a.send(send), "ack")).toMatchObject({ seq: other + 1 });
  const { type: _, ...body } = { ...send, thread: other };
  const again = { method: "POST", token: alice.token, body };
  expect((await request(`/v1/channels/${channel}/messages`, again)).status).toBe(409);
});

test("[S31] [S32] a device that catches up shows the same threads as a live one", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(b, epoch, "other")];
  const first = await say(b, epoch, "first", { thread: one });
  await say(a, epoch, "elsewhere", { thread: other, replyTo: one });
  await say(a, epoch, "second", { thread: one, replyTo: first });
  await perform(b, epoch, { type: "thread.unfollow", seq: one });
  await perform(b, epoch, { type: "message.delete", seq: first });
  const { seq } = await perform(b, epoch, { type: "message.delete", seq: other });
  await a.event(seq);
  const replayed = await resume(bob, channel, epoch);
  expect(stableFieldsOf(replayed)).toEqual(stableFieldsOf(a));
  expect(shownBy(replayed)).toEqual(shownBy(a));
  expect(shownBy(a)).toEqual((await readAll(bob, channel)).messages);
});

test("[S175] a reply that is also sent to the channel is on both pages, counts for everybody, and is never unseen", async () => {
  const { bob, carol, channel, a, b, c, epoch } = await openTrio();
  const root = await say(a, epoch, "root");
  const only = await say(a, epoch, "in the thread", { thread: root });
  const command = { type: "message.send", text: "to all", thread: root, toChannel: true } as const;
  const both = await perform(b, epoch, command);
  expect(both.data).toMatchObject({ thread: root, toChannel: true, root: { replies: { count: 2 } } });
  const page = (query: string) => call<Page>(`/v1/channels/${channel}/messages?${query}`, { token: carol.token });
  expect(seqsOf(await page(""))).toEqual([root, both.seq]);
  expect((await page("")).messages[1]).toMatchObject({ thread: root, toChannel: true });
  expect(seqsOf(await page(`thread=${root}`))).toEqual([only, both.seq]);
  const row = async () => {
    const answer = await env.CHANNELS.getByName(channel).wake(carol.id);
    return answer.ok ? answer.value : null;
  };
  expect(await row()).toMatchObject({ unread: 2, preview: { author: bob.id, text: "to all" } });
  await c.answer(c.send({ type: "read.mark", seq: both.seq }), "ack");
  expect(await row()).toMatchObject({ unread: 0 });
  expect(await row()).not.toHaveProperty("unseen");
  expect(shownBy(await resume(carol, channel, epoch, 0))).toEqual(shownBy(c));
  expect(await refusalCode(a, epoch, { ...command, thread: root, toChannel: false })).toBe("accepted");
  const alone = composedAt(epoch, 0);
  const id = a.send({ type: "message.send", ...alone, text: "no thread", toChannel: true });
  expect(await a.answer(id, "error")).toMatchObject({ code: "invalid" });
});

test("[S175] the same nonce without the channel is a different command", async () => {
  const { a, epoch } = await openPair();
  const root = await say(a, epoch, "root");
  const composed = { ...composedAt(epoch, 0), type: "message.send", text: "one", thread: root } as const;
  a.send({ ...composed, toChannel: true });
  const { seq } = await a.event(root + 1);
  expect(await a.answer(a.send({ ...composed, toChannel: true }), "ack")).toMatchObject({ seq });
  expect(await a.answer(a.send(composed), "error")).toMatchObject({ code: "nonce_conflict" });
});
