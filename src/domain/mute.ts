// When a mute ends, by the server's clock.
import { MUTED_FOREVER, type PutMute, timeOfDay } from "../protocol";
import { ChatError } from "./error";

/**
 * Returns the end of a mute in epoch milliseconds; 0 ends it. Throws `time_passed` for an end that
 * is not after `now`.
 */
export function endOfMute({ until = 0, forMs, tomorrow }: PutMute, now: number): number {
  if (forMs !== undefined) return Math.min(now + forMs, MUTED_FOREVER);
  if (tomorrow !== undefined) return timeOfDay(tomorrow.zone, now, 1, tomorrow.minute);
  if (until !== 0 && until <= now) throw new ChatError("time_passed", "until: must be in the future");
  return until;
}
