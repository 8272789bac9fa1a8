// When a notification is due, and why it is silenced.
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
  ["mentions, not mentioned", preferences({ level: "mentions" }), false, "not_mentioned"],
  ["mentions, mentioned", preferences({ level: "mentions" }), true, null],
  ["nothing, mentioned", preferences({ level: "nothing" }), true, "nothing"],
  ["muted, mentioned", preferences({ mutedUntil: NOW + 1 }), true, "muted"],
  ["muted until now", preferences({ mutedUntil: NOW }), false, null],
  ["do not disturb", preferences({ isDoNotDisturb: true }), true, "do_not_disturb"],
  ["the first minute of the night", preferences({ quiet: night }), true, "quiet_hours", seoul(1320)],
  ["after midnight", preferences({ quiet: night }), true, "quiet_hours", seoul(0)],
  ["the last minute of the night", preferences({ quiet: night }), true, "quiet_hours", seoul(419)],
  ["the morning", preferences({ quiet: night }), true, null, seoul(420)],
  ["within one day", preferences({ quiet: noon }), false, "quiet_hours", seoul(750)],
  ["before it", preferences({ quiet: noon }), false, null, seoul(719)],
  ["after it", preferences({ quiet: noon }), false, null, seoul(780)],
  ["empty quiet hours", preferences({ quiet: { ...noon, to: 720 } }), false, null, seoul(720)],
];

describe("why a notification is silenced", () => {
  test.each(silences)("%s", (_, wanted, isMention, silence, now = NOW) => {
    expect(silenceReason(wanted, isMention, now)).toBe(silence);
  });
});
