// When a notification is due.
import { describe, expect, test } from "vitest";
import {
  type DueAction,
  dueActionFor,
  type NotificationCursor,
  type UnreadState,
} from "../../src/domain/notification-schedule";
import { type ChannelKind, limits } from "../../src/protocol";

const NOW = 1_795_500_000_000;
const cursor = (part: Partial<NotificationCursor> = {}): NotificationCursor => ({
  seq: 5,
  at: NOW - 1_000,
  message: 5,
  mention: false,
  shown: true,
  failed: {},
  clearing: false,
  tries: 0,
  failingSince: 0,
  noDevice: false,
  ...part,
});
type Waiting = Omit<UnreadState, "mention"> & { mention: number | null };
const unread = (seq: number | null, part: Partial<Waiting> = {}): UnreadState => {
  const { mention, ...rest } = { mention: null, hasReadSince: false, isShownUnread: seq !== null, ...part };
  return { seq, ...rest, mention: () => mention };
};
const minuteLater = NOW - 1_000 + limits.pushEveryMs;

const cases: [string, ChannelKind, NotificationCursor | null, UnreadState, boolean, DueAction][] = [
  ["nothing unread and no cursor", "direct", null, unread(null), false, null],
  ["the first message", "direct", null, unread(1), false, "show"],
  ["the first message of a group", "group", null, unread(1), false, "show"],
  ["a message to a present member", "direct", null, unread(1), true, null],
  ["the next direct message", "direct", cursor(), unread(6), false, "show"],
  ["the next of a group, at once", "group", cursor(), unread(6), false, minuteLater],
  ["the next of a group, a minute later", "group", cursor({ at: NOW - limits.pushEveryMs }), unread(6), false, "show"],
  ["the next of a group after the clock went back", "group", cursor({ at: NOW + 5_000 }), unread(6), false, "show"],
  ["the next of a group that was read", "group", cursor(), unread(6, { hasReadSince: true }), false, "show"],
  ["a mention", "group", cursor(), unread(6, { mention: 6 }), false, "show"],
  ["a mention before the cursor", "group", cursor(), unread(6, { mention: 4 }), false, minuteLater],
  ["a message that was notified", "direct", cursor(), unread(5), false, null],
  ["a message that was read", "direct", cursor(), unread(null), false, "clear"],
  [
    "a shown message that was deleted, with older unread ones",
    "direct",
    cursor(),
    unread(4, { isShownUnread: false }),
    false,
    "clear",
  ],
  ["a newer message that was deleted", "group", cursor({ message: 3, mention: true }), unread(4), false, null],
  [
    "a failed device, with a newer message that waits",
    "group",
    cursor({ failed: { p: NOW } }),
    unread(6),
    false,
    "retry",
  ],
  [
    "a failed device that waits, with a newer message",
    "group",
    cursor({ failed: { p: NOW + 5 } }),
    unread(6),
    false,
    NOW + 5,
  ],
  ["a deleted message that is not shown", "direct", cursor({ shown: false }), unread(4), false, null],
  ["a message that a present member read", "direct", cursor(), unread(null), true, "clear"],
  ["a read message that is not shown", "direct", cursor({ shown: false }), unread(null), false, null],
  ["a failed device", "direct", cursor({ failed: { p: NOW } }), unread(5), false, "retry"],
  ["a failed device before its retry time", "direct", cursor({ failed: { p: NOW + 5 } }), unread(5), false, NOW + 5],
  ["a failed device of a present member", "direct", cursor({ failed: { p: NOW } }), unread(5), true, null],
  ["a newer message with a failed device", "direct", cursor({ failed: { p: NOW + 5 } }), unread(6), false, "show"],
  [
    "a failed clear before its retry time",
    "group",
    cursor({ failed: { p: NOW + 5 }, clearing: true }),
    unread(null),
    false,
    NOW + 5,
  ],
  ["a failed clear that is due", "group", cursor({ failed: { p: NOW }, clearing: true }), unread(null), false, "clear"],
  [
    "a failed clear with a newer message",
    "direct",
    cursor({ failed: { p: NOW }, clearing: true }),
    unread(6),
    false,
    "show",
  ],
  ["a member without a push device", "direct", cursor({ noDevice: true, shown: false }), unread(6), false, null],
];

describe("what is due", () => {
  test.each(cases)("%s (%s)", (_, kind, before, waiting, isPresent, due) => {
    expect(dueActionFor(kind, before, waiting, { now: NOW, isPresent })).toBe(due);
  });
});
