// How long a channel may be silent.
import { MUTED_FOREVER } from "../../sdk";

export type MuteLength = "hour" | "workday" | "tomorrow" | "forever";

const HOUR_MS = 3_600_000;
const MORNING = 8;

export const muteLengths: readonly MuteLength[] = ["hour", "workday", "tomorrow", "forever"];

/** When the silence ends. Tomorrow begins at eight in the morning where the person is; before eight that is still the next day. */
export function mutedUntil(length: MuteLength, now: number): number {
  if (length === "hour") return now + HOUR_MS;
  if (length === "workday") return now + 8 * HOUR_MS;
  if (length === "forever") return MUTED_FOREVER;
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, MORNING).getTime();
}
