// Quiet hours. The server applies them to push and an open page to its own notifications.
import type { QuietHours } from "./push";

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  } catch {
    return null;
  }
}

/**
 * Returns the minutes since midnight in a time zone, at `at` in epoch milliseconds; null for an
 * unknown time zone.
 */
function minuteIn(zone: string, at: number): number | null {
  const format = formatOf(zone);
  if (format === null) return null;
  const [hours = "0", minutes = "0"] = format.format(at).split(":");
  return Number(hours) * 60 + Number(minutes);
}

/**
 * Returns whether `at`, in epoch milliseconds, is within the quiet hours. Empty quiet hours and an
 * unknown time zone never match.
 */
export function isQuietAt({ from, to, zone }: QuietHours, at: number): boolean {
  const minute = minuteIn(zone, at);
  if (minute === null) return false;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
