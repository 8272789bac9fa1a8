// When somebody is not to be told of anything: the same rule for what the server sends and for what an open page shows.
import type { QuietHours } from "./push";

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  } catch {
    return null;
  }
}

/** Minutes since midnight at a time (epoch milliseconds) in a time zone of the IANA database; null where that is not known here. */
function minuteIn(zone: string, at: number): number | null {
  const format = formatOf(zone);
  if (format === null) return null;
  const [hours = "0", minutes = "0"] = format.format(at).split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** Whether a time (epoch milliseconds) lies in them. Hours of no length are none, nor are those of a time zone that is unknown here. */
export function isQuietAt({ from, to, zone }: QuietHours, at: number): boolean {
  const minute = minuteIn(zone, at);
  if (minute === null) return false;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
