import { expect, test } from "vitest";
import type { Event, Message } from "../../../src/protocol";
import { History } from "./history";
import { checkMessages } from "./message-checker";
import { Violations } from "./violations";

const live = (text: string, version: number): Message["body"] => ({
  state: "live",
  text,
  mentions: { users: [], all: null },
  attachments: [],
  version,
  editedAt: null,
});
const gone: Message["body"] = { state: "deleted", version: 3, deletedAt: 3 };
const stamp = (seq: number) => ({ seq, at: seq, actor: "alice", nonce: `n${seq}` });

/**
 * Alice sent "one" and "two", edited the first and deleted it. The events show the state at the
 * time of reading.
 */
const events: Event[] = [
  { ...stamp(1), type: "message.sent", data: { body: gone, reply: null, thread: null, root: null } },
  { ...stamp(2), type: "message.edited", data: { target: 1, body: gone } },
  { ...stamp(3), type: "message.deleted", data: { target: 1, body: gone, root: null } },
  { ...stamp(4), type: "message.sent", data: { body: live("two", 4), reply: null, thread: null, root: null } },
];

const message = (seq: number, change: Partial<Message>): Message => ({
  ...stamp(seq),
  author: "alice",
  body: gone,
  reply: null,
  thread: null,
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
  ...change,
});

function judge(messages: Message[], reply: Event[] = events): string[] {
  const violations = new Violations();
  const history = new History(violations);
  const named = (nonce: string) => ({ nonce, epoch: "e", after: 0 });
  history.sent("alice", { type: "message.send", text: "one", ...named("n1") }, 0);
  history.sent("alice", { type: "message.edit", seq: 1, text: "one and a half", ...named("n2") }, 0);
  history.sent("alice", { type: "message.delete", seq: 1, ...named("n3") }, 0);
  history.sent("alice", { type: "message.send", text: "two", ...named("n4") }, 0);
  checkMessages(messages, reply, history, violations);
  return violations.examples;
}

const right = [message(1, { body: gone }), message(4, { body: live("two", 4) })];

test("messages that agree with their entries are right", () => {
  expect(judge(right)).toEqual([]);
});

test("a deleted text that is shown again is found, on a page and in the log", () => {
  const [, other] = right;
  expect(judge([message(1, { body: live("one and a half", 2) }), other ?? message(4, {})])[0]).toContain("its text is");
  const revived: Event = {
    ...stamp(1),
    type: "message.sent",
    data: { body: live("one", 1), reply: null, thread: null, root: null },
  };
  expect(judge(right, [revived, ...events.slice(1)])[0]).toContain("deleted");
});

test("another text, a pin and a reaction without an entry, and a message on no page are found", () => {
  const [first] = right;
  const body = live("three", 4);
  const reactions = { version: 4, items: [{ emoji: "👍", users: ["bob"] }] };
  const wrong = message(4, { body, reactions, pin: { version: 4, by: "bob", at: 4 } });
  expect(judge([first ?? wrong, wrong])).toHaveLength(3);
  expect(judge([first ?? wrong])[0]).toContain("on no page");
});
