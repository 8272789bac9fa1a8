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
  version: 5,
  shown: true,
  failed: {},
  clearing: false,
  updating: false,
  tries: 0,
  failingSince: 0,
  noDevice: false,
  ...part,
});
type Waiting = Omit<UnreadState, "mention"> & { mention: number | null };
const unread = (seq: number | null, part: Partial<Waiting> = {}): UnreadState => {
  const isShown = { isShownUnread: seq !== null, isShownChanged: false };
  const { mention, ...rest } = { mention: null, hasReadSince: false, ...isShown, ...part };
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
  ["a shown message that was edited", "direct", cursor(), unread(5, { isShownChanged: true }), false, "update"],
  ["the same for a present member", "direct", cursor(), unread(5, { isShownChanged: true }), true, "update"],
  ["an edit with a newer message", "direct", cursor(), unread(6, { isShownChanged: true }), false, "show"],
  ["an edit while the next of a group waits", "group", cursor(), unread(6, { isShownChanged: true }), false, "update"],
  [
    "an edited message that was deleted",
    "group",
    cursor(),
    unread(4, { isShownUnread: false, isShownChanged: true }),
    false,
    "clear",
  ],
  ["an edit that no device shows", "group", cursor({ shown: false }), unread(5, { isShownChanged: true }), false, null],
  [
    "a device that missed an update, of a present member",
    "direct",
    cursor({ updating: true, failed: { p: NOW } }),
    unread(5),
    true,
    "retry",
  ],
  ["a device that failed before, of a present member", "direct", cursor({ failed: { p: NOW } }), unread(5), true, null],
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
