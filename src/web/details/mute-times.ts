// How long a chat can be muted.
import { MUTED_FOREVER } from "../../sdk";

export type MuteLength = "hour" | "workday" | "tomorrow" | "forever";

export const muteLengths: readonly MuteLength[] = ["hour", "workday", "tomorrow", "forever"];

export const MUTE_HOURS = { hour: 1, workday: 8 };
/** When a mute until tomorrow ends, in the time zone of the device. */
export const MORNING_HOUR = 8;

const HOUR_MS = 3_600_000;

/**
 * Returns when a mute that begins `now` ends. Tomorrow is the next calendar day, also before 8
 * o'clock.
 */
export function mutedUntil(length: MuteLength, now: number): number {
  if (length === "forever") return MUTED_FOREVER;
  if (length !== "tomorrow") return now + MUTE_HOURS[length] * HOUR_MS;
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, MORNING_HOUR).getTime();
}
