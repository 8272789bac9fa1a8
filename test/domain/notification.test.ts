// Who is told, and how loudly: the two tables, line by line.
import { describe, expect, test } from "vitest";
import {
  type DueAction,
  dueActionFor,
  type NotificationCursor,
  type NotificationPreferences,
  type SilenceReason,
  silenceReason,
  type UnreadState,
} from "../../src/domain/notification";
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
  ["nothing unread, nothing told", "direct", null, unread(null), false, null],
  ["the first message", "direct", null, unread(1), false, "show"],
  ["the first message of a group", "group", null, unread(1), false, "show"],
  ["a message to somebody who is there", "direct", null, unread(1), true, null],
  ["the next direct message", "direct", cursor(), unread(6), false, "show"],
  ["the next of a group, at once", "group", cursor(), unread(6), false, minuteLater],
  ["the next of a group, a minute later", "group", cursor({ at: NOW - limits.pushEveryMs }), unread(6), false, "show"],
  ["the next of a group, by a clock that went back", "group", cursor({ at: NOW + 5_000 }), unread(6), false, "show"],
  ["the next of a group that was looked at", "group", cursor(), unread(6, { hasReadSince: true }), false, "show"],
  ["a call", "group", cursor(), unread(6, { mention: 6 }), false, "show"],
  ["a call from before", "group", cursor(), unread(6, { mention: 4 }), false, minuteLater],
  ["what they were told of", "direct", cursor(), unread(5), false, null],
  ["what was read", "direct", cursor(), unread(null), false, "clear"],
  [
    "what was deleted, and older ones are unread",
    "direct",
    cursor(),
    unread(4, { isShownUnread: false }),
    false,
    "clear",
  ],
  ["a newer one that was deleted", "group", cursor({ message: 3, mention: true }), unread(4), false, null],
  [
    "a missing device, and something newer that waits",
    "group",
    cursor({ failed: { p: NOW } }),
    unread(6),
    false,
    "retry",
  ],
  [
    "a missing device that waits, and something newer",
    "group",
    cursor({ failed: { p: NOW + 5 } }),
    unread(6),
    false,
    NOW + 5,
  ],
  ["what was deleted and is not shown", "direct", cursor({ shown: false }), unread(4), false, null],
  ["what was read by somebody who is there", "direct", cursor(), unread(null), true, "clear"],
  ["what was read and is not shown", "direct", cursor({ shown: false }), unread(null), false, null],
  ["a device that is missing", "direct", cursor({ failed: { p: NOW } }), unread(5), false, "retry"],
  ["a device that is missing, too soon", "direct", cursor({ failed: { p: NOW + 5 } }), unread(5), false, NOW + 5],
  ["a device that is missing, and they are there", "direct", cursor({ failed: { p: NOW } }), unread(5), true, null],
  ["something newer where a device is missing", "direct", cursor({ failed: { p: NOW + 5 } }), unread(6), false, "show"],
  [
    "a clearing that is missing",
    "group",
    cursor({ failed: { p: NOW + 5 }, clearing: true }),
    unread(null),
    false,
    NOW + 5,
  ],
  ["a clearing that is due", "group", cursor({ failed: { p: NOW }, clearing: true }), unread(null), false, "clear"],
  ["a clearing that was overtaken", "direct", cursor({ failed: { p: NOW }, clearing: true }), unread(6), false, "show"],
  ["somebody without a device", "direct", cursor({ noDevice: true, shown: false }), unread(6), false, null],
];

describe("what has to be done", () => {
  test.each(cases)("%s (%s)", (_, kind, before, waiting, isPresent, due) => {
    expect(dueActionFor(kind, before, waiting, { now: NOW, isPresent })).toBe(due);
  });
});

const preferences = (part: Partial<NotificationPreferences> = {}): NotificationPreferences => ({
  level: "all",
  mutedUntil: 0,
  quiet: null,
  isDoNotDisturb: false,
  ...part,
});
const night = { from: 1320, to: 420, zone: "Asia/Seoul" };
const noon = { from: 720, to: 780, zone: "Asia/Seoul" };

/** A minute of a day in Seoul, which is nine hours ahead of UTC. */
const seoul = (minute: number): number => Date.UTC(2026, 5, 1) + (minute - 9 * 60) * 60_000;

const silences: [string, NotificationPreferences, boolean, SilenceReason | null, number?][] = [
  ["all", preferences(), false, null],
  ["mentions, not called", preferences({ level: "mentions" }), false, "not_mentioned"],
  ["mentions, called", preferences({ level: "mentions" }), true, null],
  ["nothing, called", preferences({ level: "nothing" }), true, "nothing"],
  ["muted, called", preferences({ mutedUntil: NOW + 1 }), true, "muted"],
  ["muted until now", preferences({ mutedUntil: NOW }), false, null],
  ["not to be disturbed", preferences({ isDoNotDisturb: true }), true, "do_not_disturb"],
  ["the first minute of the night", preferences({ quiet: night }), true, "quiet_hours", seoul(1320)],
  ["after midnight", preferences({ quiet: night }), true, "quiet_hours", seoul(0)],
  ["the last minute of the night", preferences({ quiet: night }), true, "quiet_hours", seoul(419)],
  ["the morning", preferences({ quiet: night }), true, null, seoul(420)],
  ["within one day", preferences({ quiet: noon }), false, "quiet_hours", seoul(750)],
  ["before it", preferences({ quiet: noon }), false, null, seoul(719)],
  ["after it", preferences({ quiet: noon }), false, null, seoul(780)],
  ["hours of no length", preferences({ quiet: { ...noon, to: 720 } }), false, null, seoul(720)],
];

describe("why somebody is not told", () => {
  test.each(silences)("%s", (_, wanted, isMention, silence, now = NOW) => {
    expect(silenceReason(wanted, isMention, now)).toBe(silence);
  });
});
