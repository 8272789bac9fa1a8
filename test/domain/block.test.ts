// The rules of blocks between people.
import { expect, test } from "vitest";
import {
  type BlockList,
  type DeliveredRow,
  eventUntil,
  isReached,
  mayReach,
  messageUntil,
  rowFor,
  visibleHead,
} from "../../src/domain/block";
import type { Body, Event, Message } from "../../src/protocol";

const blocking = (...users: string[]): BlockList => ({ blockedAt: (user) => (users.includes(user) ? 1 : null) });

const row: DeliveredRow = {
  ...{
    channel: "c_1",
    epochNumber: 1,
    head: 9,
    preview: null,
    read: 2,
    unreadFrom: null,
    unread: 5,
    mentions: 4,
    at: 1,
  },
  mentionedBy: { u_alice: 3, u_carol: 1 },
  unseen: [
    { seq: 1, thread: 1, mention: true },
    { seq: 2, thread: 1, mention: false },
  ],
  unseenBy: ["u_alice", "u_carol"],
};

test("a row counts no mentions of blocked people, and devices get nothing else of it", () => {
  const { mentionedBy: _, unseenBy: __, ...whole } = row;
  expect(rowFor(blocking(), row)).toEqual(whole);
  expect(rowFor(blocking("u_alice"), row)).toEqual({
    ...whole,
    mentions: 1,
    unseen: [{ seq: 2, thread: 1, mention: false }],
  });
  const { unseen: ___, ...withoutUnseen } = whole;
  expect(rowFor(blocking("u_alice", "u_carol"), row)).toEqual({ ...withoutUnseen, mentions: 0 });
});

test("a member is reached unless they block, and then the log ends at the block", () => {
  expect([isReached({}), isReached({ until: 4 }), isReached(null)]).toEqual([true, false, false]);
  expect([visibleHead({}, 9), visibleHead({ until: 4 }, 9), visibleHead({ until: 4 }, 3)]).toEqual([9, 4, 3]);
  expect([mayReach(blocking("u_alice"), "u_alice"), mayReach(blocking("u_alice"), "u_bob")]).toEqual([false, true]);
});

const live = (version: number): Body => ({
  state: "live",
  ...{ text: "hi", mentions: { users: [], all: null }, attachments: [], version, editedAt: null },
});
const replies = (version: number) => ({ version, count: 1, lastAt: 1, participants: ["u_a"], followers: ["u_a"] });
const message = (version: number, annotations: number): Message => ({
  ...{ seq: 2, author: "u_a", nonce: "7f1e3d04-6a2b-4c5d-8e9f-0a1b2c3d4e5f", at: 7, body: live(version) },
  ...{ reply: { seq: 1, author: "u_a", state: "live", preview: "edited since" }, thread: null },
  reactions: { version: annotations, items: [{ emoji: "👍", users: ["u_a"] }] },
  ...{ replies: replies(annotations), pin: { version: annotations, by: "u_a", at: 7 } },
});

test("nothing of a message that is newer than the block is shown", () => {
  expect(messageUntil(message(3, 3), 5)).toEqual({ ...message(3, 3), reply: null });
  expect(messageUntil(message(6, 6), 5)).toMatchObject({
    body: { state: "deleted", version: 5 },
    ...{ reply: null, reactions: { items: [] }, replies: { count: 0 }, pin: { by: null } },
  });
});

test("nothing of an event that is newer than the block is shown", () => {
  const entry = { seq: 4, at: 7, actor: "u_a", nonce: "7f1e3d04-6a2b-4c5d-8e9f-0a1b2c3d4e5f" };
  const events = (version: number): Event[] => [
    {
      ...{ ...entry, type: "message.sent" },
      data: { body: live(version), reply: message(1, 1).reply, thread: 2, root: { seq: 2, replies: replies(version) } },
    },
    { ...entry, type: "message.edited", data: { target: 2, body: live(version) } },
    {
      ...{ ...entry, type: "reaction.added" },
      data: { target: 2, emoji: "👍", reactions: { version, items: [{ emoji: "👍", users: ["u_a"] }] } },
    },
    { ...entry, type: "message.pinned", data: { target: 2, pin: { version, by: "u_a", at: 7 } } },
    { ...entry, type: "thread.followed", data: { target: 2, replies: replies(version) } },
  ];
  const [, ...known] = events(4);
  expect(known.map((event) => eventUntil(event, 5))).toEqual(known);
  const later = events(6).map((event) => eventUntil(event, 5));
  expect(JSON.stringify(later)).not.toMatch(/"hi"|edited since|"users":\["u_a"|"by":"u_a"|"participants":\["u_a"/);
  expect(later.map(({ seq, type }) => [seq, type])).toEqual(events(6).map(({ seq, type }) => [seq, type]));
});
