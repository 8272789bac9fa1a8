import { expect, test } from "vitest";
import type { Event, Message } from "../../../src/protocol";
import { messageAfter } from "../../../src/sdk/channel/message-states";
import { FakeLog } from "../support/fake-log";

const log = () => {
  const made = new FakeLog(() => 1_795_500_000_000);
  made.say("u_bob", "one");
  return made;
};

/** Returns the message after these events, in this order. */
const afterAll = (message: Message, events: readonly Event[]) => events.reduce<Message>(messageAfter, message);

test.each([
  ["an edit", (it: FakeLog) => [0, 1].map((i) => it.do("u_bob", { type: "message.edit", seq: 1, text: `edit ${i}` }))],
  ["a reaction", (it: FakeLog) => ["👍", "🎉"].map((emoji) => it.do("u_bob", { type: "reaction.add", seq: 1, emoji }))],
  [
    "a pin",
    (it: FakeLog) => (["message.pin", "message.unpin"] as const).map((type) => it.do("u_bob", { type, seq: 1 })),
  ],
  ["a reply", (it: FakeLog) => [0, 1].map((i) => it.say("u_bob", `reply ${i}`, { thread: 1 }))],
  [
    "a follow",
    (it: FakeLog) => (["thread.follow", "thread.unfollow"] as const).map((type) => it.do("u_bob", { type, seq: 1 })),
  ],
])("[S32] %s: the higher version wins in any order, and repeating an event changes nothing", (_, happen) => {
  const it = log();
  const before = it.message(1);
  const events = happen(it);
  expect(afterAll(before, events)).toEqual(it.message(1));
  expect(afterAll(before, [...events].reverse())).toEqual(it.message(1));
  const settled = afterAll(before, events);
  expect(afterAll(settled, events)).toBe(settled);
});

test("a deletion permanently blanks the quotes of the deleted message", () => {
  const it = log();
  it.say("u_carol", "answer", { replyTo: 1 });
  const edited = it.do("u_bob", { type: "message.edit", seq: 1, text: "one, or two" });
  const answer = it.message(2);
  expect(answer.reply).toEqual({ seq: 1, author: "u_bob", state: "live", preview: "one, or two" });
  const deleted = it.do("u_bob", { type: "message.delete", seq: 1 });
  const blank = messageAfter(answer, deleted);
  expect(blank.reply).toEqual({ seq: 1, author: "u_bob", state: "deleted", preview: null });
  expect(messageAfter(blank, edited).reply).toEqual(blank.reply);
});

test("[S266] a purge deletes what its author sent in its range, with reactions, pin and quotes, and nothing else", () => {
  const it = log();
  it.do("u_bob", { type: "reaction.add", seq: 1, emoji: "👍" });
  it.say("u_carol", "answer", { replyTo: 1 });
  it.say("u_bob", "reply", { thread: 1 });
  const early = it.say("u_bob", "stays");
  const seqs = it.messages.map(({ seq }) => seq);
  const before = it.messages;
  const purged = it.purge("u_carol", "u_bob", 1);
  const [type, data] = [purged.type, purged.data];
  if (type !== "messages.purged" || !("roots" in data)) throw new Error("no purge");
  const after = before.map((message) => messageAfter(message, purged));
  expect(after).toEqual(seqs.map((seq) => it.message(seq)));
  expect(after.map((message) => messageAfter(message, purged))).toEqual(after);
  const narrow: Event = { ...purged, type, data: { ...data, through: early.seq - 1 } };
  const kept = before.find(({ seq }) => seq === early.seq);
  expect(kept && messageAfter(kept, narrow)).toBe(kept);
});

test("[S69] a deletion removes the reactions and the pin of a loaded message", () => {
  const it = log();
  it.do("u_bob", { type: "message.pin", seq: 1 });
  const reacted = it.do("u_bob", { type: "reaction.add", seq: 1, emoji: "👍" });
  const loaded = it.message(1);
  const deleted = it.do("u_bob", { type: "message.delete", seq: 1 });
  const { seq: version } = deleted;
  const shown = afterAll(loaded, [deleted, reacted]);
  expect(shown).toMatchObject({ reactions: { version, items: [] }, pin: { version, by: null, at: null } });
  expect(shown).toEqual(it.message(1));
});

test("an event about something else returns the same message object", () => {
  const it = log();
  const other = it.say("u_bob", "two");
  const message = it.message(1);
  expect(messageAfter(message, other)).toBe(message);
  expect(messageAfter(message, it.do("u_bob", { type: "reaction.add", seq: 2, emoji: "👍" }))).toBe(message);
});
