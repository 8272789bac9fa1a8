// Reactions: over sockets and HTTP, live and replayed.
import { expect, test } from "vitest";
import { type Appended, limits, type Message, type Reactions } from "../../src/protocol";
import { call, type Person, request } from "../support/http";
import { perform, readAll, refusalCode, resume, say, shownBy, stableFieldsOf } from "../support/log";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";

const add = (seq: number, emoji: string) => ({ type: "reaction.add", seq, emoji }) as const;
const remove = (seq: number, emoji: string) => ({ type: "reaction.remove", seq, emoji }) as const;
const emojis = [..."😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓😔"];

const pathOf = (channel: string, seq: number, emoji: string) =>
  `/v1/channels/${channel}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`;
const reactionsOf = async (who: Person, channel: string, seq: number): Promise<Reactions> =>
  (await call<Message>(`/v1/channels/${channel}/messages/${seq}`, { token: who.token })).reactions;

test("[S65] a reaction reaches both sides with all reactions of the message, in the order of arrival", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  await perform(b, epoch, add(seq, "🎉"));
  await perform(b, epoch, add(seq, "👍"));
  const last = await perform(a, epoch, add(seq, "🎉"));
  const items = [
    { emoji: "🎉", users: [bob.id, alice.id] },
    { emoji: "👍", users: [bob.id] },
  ];
  expect(last).toMatchObject({
    type: "reaction.added",
    actor: alice.id,
    data: { target: seq, emoji: "🎉", reactions: { version: last.seq, items } },
  });
  expect(await b.event(last.seq)).toEqual(last);
  expect(await reactionsOf(bob, channel, seq)).toEqual({ version: last.seq, items });
  const taken = await perform(b, epoch, remove(seq, "👍"));
  expect(await reactionsOf(alice, channel, seq)).toEqual({ version: taken.seq, items: items.slice(0, 1) });
});

test("[S65] a reaction over HTTP reaches everyone too", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  for (const [method, type] of [
    ["PUT", "reaction.added"],
    ["DELETE", "reaction.removed"],
  ] as const) {
    const done = await call<Appended>(pathOf(channel, seq, "👩‍👩‍👧"), { method, token: bob.token });
    for (const device of [a, b]) {
      expect(await device.event(done.seq)).toMatchObject({ type, actor: bob.id, data: { emoji: "👩‍👩‍👧" } });
    }
  }
  expect((await reactionsOf(bob, channel, seq)).items).toEqual([]);
});

test("[S25] a repeated reaction is applied once, and a late repeat does not undo later changes", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  const command = { ...composedAt(epoch, seq), ...add(seq, "👍") };
  a.send(command);
  const added = await a.event(seq + 1);
  await perform(a, epoch, remove(seq, "👍"));
  expect(await a.answer(a.send(command), "ack")).toMatchObject({ seq: added.seq });
  expect((await reactionsOf(alice, channel, seq)).items).toEqual([]);
  expect(a.events).toHaveLength(3);
});

test("[S26] another emoji or another message under the same nonce is a conflict", async () => {
  const { a, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(a, epoch, "other")];
  const composed = composedAt(epoch, other);
  a.send({ ...composed, ...add(one, "👍") });
  await a.event(other + 1);
  for (const command of [add(one, "🎉"), add(other, "👍"), remove(one, "👍")]) {
    expect(await a.answer(a.send({ ...composed, ...command }), "error")).toMatchObject({ code: "nonce_conflict" });
  }
});

test("[S68] adding the same reaction twice is no error and changes nothing", async () => {
  const { alice, a, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  await perform(a, epoch, add(seq, "👍"));
  const again = await perform(a, epoch, add(seq, "👍"));
  expect(again.data).toMatchObject({ reactions: { items: [{ emoji: "👍", users: [alice.id] }] } });
  expect((await perform(a, epoch, remove(seq, "🎉"))).data).toMatchObject({ reactions: { items: [{ emoji: "👍" }] } });
});

test("[S65] a message has at most 20 different reactions, each with any number of members", async () => {
  const { a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  for (const emoji of emojis.slice(0, limits.reactionsPerMessage)) await perform(a, epoch, add(seq, emoji));
  expect(await refusalCode(a, epoch, add(seq, "😔"))).toBe("too_many_reactions");
  await perform(b, epoch, add(seq, "😀"));
  await perform(a, epoch, remove(seq, "😁"));
  await perform(a, epoch, add(seq, "😔"));
});

test("[S66] a reaction that is not one emoji is refused over the socket and HTTP", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  for (const text of ["", "x", "👍👍", "👍 ", "<b>", "❤", "1"]) {
    expect(await refusalCode(a, epoch, add(seq, text)), JSON.stringify(text)).toBe("invalid");
    if (text === "") continue;
    const response = await request(pathOf(channel, seq, text), { method: "PUT", token: alice.token });
    expect(response.status, JSON.stringify(text)).toBe(400);
  }
  for (const text of ["❤️", "1️⃣", "🇰🇷", "👍🏽"]) await perform(a, epoch, add(seq, text));
});

test("[S69] a deleted message loses its reactions and accepts none", async () => {
  const { alice, channel, a, b, epoch } = await openPair();
  const seq = await say(a, epoch, "hello");
  await perform(b, epoch, add(seq, "👍"));
  await perform(a, epoch, { type: "message.delete", seq });
  expect(await reactionsOf(alice, channel, seq)).toMatchObject({ items: [] });
  for (const command of [add(seq, "👍"), remove(seq, "👍")])
    expect(await refusalCode(b, epoch, command)).toBe("message_deleted");
  expect(await refusalCode(b, epoch, add(99, "👍"))).toBe("not_found");
  expect(await refusalCode(b, epoch, add(2, "👍"))).toBe("not_found");
});

test("[S31] [S32] a device that catches up shows the same reactions as a live one", async () => {
  const { bob, channel, a, b, epoch } = await openPair();
  const [one, other] = [await say(a, epoch, "one"), await say(b, epoch, "other")];
  for (const emoji of ["👍", "🎉", "👍"]) await perform(a, epoch, add(one, emoji));
  await perform(b, epoch, add(other, "🎉"));
  await perform(a, epoch, remove(one, "👍"));
  await perform(b, epoch, add(one, "👍"));
  const { seq } = await perform(b, epoch, { type: "message.delete", seq: other });
  await a.event(seq);
  const replayed = await resume(bob, channel, epoch);
  expect(stableFieldsOf(replayed)).toEqual(stableFieldsOf(a));
  expect(shownBy(replayed)).toEqual(shownBy(a));
  expect(shownBy(a)).toEqual((await readAll(bob, channel)).messages);
});
