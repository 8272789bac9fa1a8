// Why a notification is silenced.
import { describe, expect, test } from "vitest";
import {
  type NotificationPreferences,
  type SilenceReason,
  silenceReason,
} from "../../src/domain/notification-preferences";

const NOW = 1_795_500_000_000;
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
