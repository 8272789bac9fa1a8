// What is left of calls after a reload: rows between the messages of a page, and the last call in
// the list.
import { expect, test } from "vitest";
import { limits, type Page, type PageQuery } from "../../src/protocol";
import { block } from "../support/block";
import { codeOf, inboxRowOf, joinCall, startCall } from "../support/calls";
import { call, openGroup, putMember, register } from "../support/http";
import { perform } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { type Device, join } from "../support/socket";

const pageOf = async (device: Device, query: Partial<PageQuery> = {}): Promise<Page> =>
  (await device.answer(device.send({ type: "history.page", query: { limit: 50, ...query } }), "page")).page;
const callsOf = ({ calls = [] }: Page) => calls.map(({ seq }) => seq);

/** A call that `a` starts and nobody takes. Returns the seq of its end. */
async function ringInVain(a: Device, ring?: boolean): Promise<number> {
  const { call: started } = await startCall(a, undefined, ring);
  await a.answer(a.send({ type: "call.leave" }), "ack");
  await a.event(started + 1);
  return started + 1;
}

test("[S270] every call is on exactly one of the pages that meet, over sockets and over HTTP", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const ends = [await ringInVain(a)];
  for (const text of ["one", "two", "three"]) {
    await perform(a, epoch, { type: "message.send", text });
    ends.push(await ringInVain(a));
  }
  const newest = await pageOf(b, { limit: 1 });
  const seqs = (await pageOf(b)).messages.map(({ seq }) => seq);
  expect(callsOf(await pageOf(b))).toEqual(ends);
  expect(callsOf(newest)).toEqual([ends[3]]);
  expect(newest.calls?.[0]).toMatchObject({ type: "call.ended", actor: alice.id, data: { rang: true } });
  expect(callsOf(await pageOf(b, { limit: 1, before: seqs[2] }))).toEqual([ends[2]]);
  expect(callsOf(await pageOf(b, { limit: 1, before: seqs[1] }))).toEqual([ends[0], ends[1]]);
  expect(callsOf(await pageOf(b, { limit: 1, after: seqs[0] }))).toEqual([ends[1]]);
  expect(callsOf(await pageOf(b, { limit: 2, after: seqs[0] }))).toEqual([ends[1], ends[2], ends[3]]);
  expect(callsOf(await pageOf(b, { limit: 2, around: seqs[1] }))).toEqual([ends[0], ends[1]]);
  expect(await pageOf(b, { thread: seqs[0] })).not.toHaveProperty("calls");
  const answer = await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token });
  expect(callsOf(answer)).toEqual(ends);
  // A message with an annotation takes the other way to the newest page.
  await perform(b, epoch, { type: "reaction.add", seq: seqs[2] ?? 0, emoji: "👍" });
  expect(callsOf(await pageOf(b))).toEqual(ends);
});

test("[S270] a channel that has only calls shows the newest 50", async () => {
  const { a, b } = await openTrio();
  const ends: number[] = [];
  for (let i = 0; i < limits.callsPerPage + 2; i++) ends.push(await ringInVain(a, false));
  const page = await pageOf(b);
  expect(page.messages).toEqual([]);
  expect(callsOf(page)).toEqual(ends.slice(-limits.callsPerPage));
});

test("[S270] a newcomer sees no call of before, and who blocks the other person none of later", async () => {
  const alice = await register("alice");
  const [bob, carol] = [await register("bob"), await register("carol")];
  const group = await openGroup(alice, [bob], { history: "joined" });
  const a = await join(alice, group);
  await ringInVain(a);
  await putMember(alice, group, carol);
  const c = await join(carol, group);
  const later = await ringInVain(a);
  expect(callsOf(await pageOf(c))).toEqual([later]);
  expect(await inboxRowOf(carol, group)).toMatchObject({ lastCall: { seq: later } });

  const pair = await openPair();
  const before = await ringInVain(pair.a);
  await block(pair.bob, pair.alice);
  await ringInVain(pair.a);
  const again = await join(pair.bob, pair.channel);
  expect(callsOf(await pageOf(again))).toEqual([before]);
  expect(await inboxRowOf(pair.bob, pair.channel)).not.toHaveProperty("lastCall");
});

test("[S258] the row of the list has the last call until a message is newer", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const { call: started } = await startCall(a);
  await joinCall(b, started);
  await b.answer(b.send({ type: "call.leave" }), "ack");
  await a.event(started + 1);
  const lastCall = { seq: started + 1, by: alice.id, rang: true, reason: "left", joined: true, answered: true };
  expect(await inboxRowOf(bob, channel)).toMatchObject({ lastCall });
  expect(await inboxRowOf(bob, channel)).not.toHaveProperty("missed");
  // Later than the end of the call also where both are in one millisecond.
  await new Promise((done) => setTimeout(done, 5));
  await perform(a, epoch, { type: "message.send", text: "good call" });
  expect(await inboxRowOf(bob, channel)).not.toHaveProperty("lastCall");
});

test("[S258] a call that a person declined is not one that they have missed", async () => {
  const { bob, channel, a, b } = await openPair();
  const { call: started } = await startCall(a);
  expect(await codeOf(b, { type: "call.decline", call: started })).toBe("accepted");
  await b.event(started + 1);
  expect(await inboxRowOf(bob, channel)).toMatchObject({ lastCall: { reason: "declined", joined: false } });
  expect(await inboxRowOf(bob, channel)).not.toHaveProperty("missed");
});
