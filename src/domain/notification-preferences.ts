// Decides whether a person wants to be notified of a new message: by notify level, mute, quiet
// hours and presence mode.
import { isQuietAt, type NotifyLevel, type QuietHours } from "../protocol";

/** How a person wants to be notified of a channel. */
export interface NotificationPreferences {
  level: NotifyLevel;
  /** No notifications until this time. Epoch milliseconds. */
  mutedUntil: number;
  quiet: QuietHours | null;
  /** Whether their presence mode is `dnd`. */
  isDoNotDisturb: boolean;
}

export type SilenceReason = "nothing" | "not_mentioned" | "muted" | "quiet_hours" | "do_not_disturb";

/**
 * Returns why a person is not notified; null if they are. The first condition that holds decides.
 */
export function silenceReason(
  preferences: NotificationPreferences,
  isMention: boolean,
  now: number,
): SilenceReason | null {
  const { level, mutedUntil, quiet, isDoNotDisturb } = preferences;
  if (level === "nothing") return "nothing";
  if (mutedUntil > now) return "muted";
  if (isDoNotDisturb) return "do_not_disturb";
  if (quiet && isQuietAt(quiet, now)) return "quiet_hours";
  if (level === "mentions" && !isMention) return "not_mentioned";
  return null;
}
