// How long a chat can be muted.
import { MUTED_FOREVER, type MuteEnd } from "../../sdk";

export type MuteLength = "hour" | "workday" | "tomorrow" | "forever";

export const muteLengths: readonly MuteLength[] = ["hour", "workday", "tomorrow", "forever"];

export const MUTE_HOURS = { hour: 1, workday: 8 };
/** When a mute until tomorrow ends, in the time zone of the device. */
export const MORNING_HOUR = 8;

const HOUR_MS = 3_600_000;
const HOUR_MINUTES = 60;

/** Returns when a mute ends. The server computes it, in the time zone of this device. */
export function muteEnd(length: MuteLength): MuteEnd {
  if (length === "forever") return { until: MUTED_FOREVER };
  if (length !== "tomorrow") return { forMs: MUTE_HOURS[length] * HOUR_MS };
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { tomorrow: { zone, minute: MORNING_HOUR * HOUR_MINUTES } };
}
