// What a member has not seen below their read mark: replies of threads, and messages that an edit
// made mention them.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type FrameOf, type InboxRow, limits, type ServerFrame } from "../../src/protocol";
import { put } from "../push/notification-support";
import type { Person } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { atRest } from "../support/rest";
import { attach, type Device, isLiveInbox, join } from "../support/socket";

const rowOf = async ({ id }: Person, channel: string): Promise<InboxRow> => {
  const answer = await env.CHANNELS.getByName(channel).wake(id);
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
};
const mark = (device: Device, seq: number, seen?: number[]) =>
  device.answer(device.send({ type: "read.mark", seq, ...(seen && { seen }) }), "ack");
const hibernate = (channel: string) => evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
const reply = (seq: number, thread: number, mention = false) => ({ seq, thread, mention });

test("[S174] a reply of a followed thread is unseen after the channel was read, until it is reported as seen", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const root = await say(b, epoch, "root");
  const one = await say(a, epoch, "one", { thread: root });
  const two = await say(a, epoch, "two", { thread: root });
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 2 });
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
  await mark(b, two);
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 0, unseen: [reply(one, root), reply(two, root)] });
  await mark(b, 0, [one]);
  expect(await rowOf(bob, channel)).toMatchObject({ read: two, unseen: [reply(two, root)] });
  await mark(b, 0, [two, two, 99]);
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
});

test("[S174] replies of other threads, own replies, deleted ones and those before an own reply are not unseen", async () => {
  const { alice, carol, channel, a, b, c, epoch } = await openTrio();
  const mine = await say(c, epoch, "of carol");
  const other = await say(a, epoch, "of alice");
  const answered = await say(b, epoch, "of a thread that carol does not follow", { thread: other });
  const mentioned = await say(b, epoch, `@${carol.handle}`, { thread: other });
  const deleted = await say(b, epoch, "deleted", { thread: mine });
  await say(b, epoch, "answered", { thread: mine });
  await say(c, epoch, "own", { thread: mine });
  const after = await say(b, epoch, "after", { thread: mine });
  await perform(b, epoch, { type: "message.delete", seq: deleted });
  const last = await say(a, epoch, "end");
  await mark(c, last);
  const unseen = [reply(mentioned, other, true), reply(after, mine)];
  expect(await rowOf(carol, channel)).toMatchObject({ unread: 0, mentions: 0, unseen });
  await perform(c, epoch, { type: "thread.unfollow", seq: mine });
  expect(await rowOf(carol, channel)).toMatchObject({ unseen: unseen.slice(0, 1) });
  await perform(b, epoch, { type: "message.delete", seq: mentioned });
  expect(await rowOf(carol, channel)).not.toHaveProperty("unseen");
  // Alice wrote the root, and her last message passed the replies.
  expect(await rowOf(alice, channel)).toMatchObject({ unseen: [reply(answered, other)] });
});

test("[S174] writing in a thread sees its replies, and writing in the channel does not", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const root = await say(b, epoch, "root");
  const one = await say(a, epoch, "one", { thread: root });
  await say(b, epoch, "in the channel");
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 0, unseen: [reply(one, root)] });
  await say(b, epoch, "in the thread", { thread: root });
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
});

test("[S174] a reply that was seen before the read mark passes it counts neither as unread nor as unseen", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const root = await say(b, epoch, "root");
  const one = await say(a, epoch, "one", { thread: root });
  const two = await say(a, epoch, "two", { thread: root });
  await mark(b, 0, [one]);
  expect(await rowOf(bob, channel)).toMatchObject({ read: root, unread: 1 });
  await hibernate(channel);
  await mark(b, two);
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 0, unseen: [reply(two, root)] });
});

test("[S174] hibernation, eviction and a closed socket lose nothing, and a report on a socket costs no row", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const root = await say(b, epoch, "root");
  const seqs: number[] = [];
  for (const text of ["one", "two", "three", "four"]) seqs.push(await say(a, epoch, text, { thread: root }));
  await mark(b, seqs[3] ?? 0);
  const stub = env.CHANNELS.getByName(channel);
  const stored = () =>
    runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec<{ state: string }>("SELECT state FROM standing").toArray(),
    );
  const before = await stored();
  await mark(b, 0, [seqs[0] ?? 0]);
  expect(await stored()).toEqual(before);
  await hibernate(channel);
  const left = seqs.slice(1).map((seq) => reply(seq, root));
  expect(await rowOf(bob, channel)).toMatchObject({ unseen: left });
  await mark(b, 0, [seqs[1] ?? 0]);
  await hibernate(channel);
  b.close();
  await expect.poll(async () => JSON.stringify(await stored())).not.toBe(JSON.stringify(before));
  await evictDurableObject(stub, { webSockets: "close" });
  expect(await rowOf(bob, channel)).toMatchObject({ unseen: left.slice(1) });
  await put(bob, `/v1/channels/${channel}/read`, { seq: 0, seen: seqs });
  await evictDurableObject(stub, { webSockets: "close" });
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
});

test("[S174] the newest unseenMax messages are kept", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const root = await say(b, epoch, "root");
  let last = root;
  for (let i = 0; i < limits.unseenMax + 5; i++) last = await say(a, epoch, `${i}`, { thread: root });
  await mark(b, last);
  const { unseen = [] } = await rowOf(bob, channel);
  expect([unseen.length, unseen[0]?.seq, unseen.at(-1)?.seq]).toEqual([limits.unseenMax, root + 6, last]);
});

test("[S172] an edit that newly mentions a member counts below their read mark, until they have seen it", async () => {
  const { bob, channel, a, b, epoch } = await openTrio();
  const seq = await say(a, epoch, "plain");
  await mark(b, seq);
  const { seq: edited } = await perform(a, epoch, { type: "message.edit", seq, text: `@${bob.handle}` });
  const unseen = [{ seq, thread: null, mention: true }];
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 0, mentions: 0, unseen });
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  await mark(b, edited);
  expect(await rowOf(bob, channel)).toMatchObject({ read: edited, unseen });
  // Without the mention it counts nowhere, and with it again it does.
  await perform(a, epoch, { type: "message.edit", seq, text: "plain" });
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
  await perform(a, epoch, { type: "message.edit", seq, text: `again @${bob.handle}` });
  expect(await rowOf(bob, channel)).toMatchObject({ unseen });
  await mark(b, 0, [seq]);
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
  // Once seen, later edits that keep or restore the mention are nothing new.
  for (const text of ["plain", `@${bob.handle} once more`])
    await perform(a, epoch, { type: "message.edit", seq, text });
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
});

test("[S172] an edited message after the read mark counts once, and is seen when it is read", async () => {
  const { bob, channel, a, b, epoch } = await openTrio();
  const before = await say(a, epoch, "one");
  const seq = await say(a, epoch, "two");
  await mark(b, before);
  await perform(a, epoch, { type: "message.edit", seq, text: `@${bob.handle}` });
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 1, mentions: 1 });
  await mark(b, seq);
  const row = await rowOf(bob, channel);
  expect(row).toMatchObject({ unread: 0, mentions: 0 });
  expect(row).not.toHaveProperty("unseen");
});

test("[S172] a message that was set to unread is not counted twice, and a reply that was seen returns with a mention", async () => {
  const { bob, channel, a, b, epoch } = await openTrio();
  const root = await say(a, epoch, "root");
  await say(b, epoch, "follow", { thread: root });
  const answer = await say(a, epoch, "reply", { thread: root });
  await mark(b, answer);
  await mark(b, 0, [answer]);
  await perform(a, epoch, { type: "message.edit", seq: answer, text: `@${bob.handle}` });
  expect(await rowOf(bob, channel)).toMatchObject({ unseen: [reply(answer, root, true)] });
  await hibernate(channel);
  expect(await rowOf(bob, channel)).toMatchObject({ unseen: [reply(answer, root, true)] });
  await b.answer(b.send({ type: "read.unmark", seq: answer }), "ack");
  const row = await rowOf(bob, channel);
  expect(row).toMatchObject({ unread: 1, mentions: 1 });
  expect(row).not.toHaveProperty("unseen");
});

test("[S172] a reply that was seen ahead of the read mark counts again with a mention", async () => {
  const { bob, channel, a, b, epoch } = await openTrio();
  const root = await say(a, epoch, "root");
  await say(b, epoch, "follow", { thread: root });
  const answer = await say(a, epoch, "reply", { thread: root });
  await mark(b, 0, [answer]);
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 0 });
  await perform(a, epoch, { type: "message.edit", seq: answer, text: `@${bob.handle}` });
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 1, mentions: 1 });
  await hibernate(channel);
  expect(await rowOf(bob, channel)).toMatchObject({ unread: 1, mentions: 1 });
});

test("[S172] @channel in an edit concerns members who were not mentioned, and the history that they may read", async () => {
  const { alice, bob, carol, channel, a, b, c, epoch } = await openTrio({ history: "joined" });
  const seq = await say(a, epoch, `@${bob.handle}`);
  for (const device of [b, c]) await mark(device, seq);
  await perform(a, epoch, { type: "message.edit", seq, text: "@channel" });
  expect(await rowOf(bob, channel)).not.toHaveProperty("unseen");
  expect(await rowOf(alice, channel)).not.toHaveProperty("unseen");
  expect(await rowOf(carol, channel)).toMatchObject({ unseen: [{ seq, mention: true }] });
});

test("[S174] every device of the member gets the row at once, and a device that was away with its next sync", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const laptop = await attach(bob);
  const root = await say(b, epoch, "root");
  const one = await say(a, epoch, "one", { thread: root });
  await mark(b, one);
  const isRowWith =
    (count: number) =>
    (frame: ServerFrame): frame is FrameOf<"inbox"> =>
      isLiveInbox(frame) && frame.rows[0]?.read === one && (frame.rows[0]?.unseen ?? []).length === count;
  await laptop.until(isRowWith(1));
  laptop.close();
  await atRest(channel);
  const phone = await attach(bob);
  const synced = await phone.answer(phone.send({ type: "inbox.sync", after: 0 }), "inbox");
  expect(synced.rows.find((row) => row.channel === channel)).toMatchObject({ unseen: [reply(one, root)] });
  const again = await join(bob, channel);
  await mark(again, 0, [one]);
  await phone.until(isRowWith(0));
});
