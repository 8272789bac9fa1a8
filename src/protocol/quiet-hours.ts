// When somebody is not to be told of anything: the same rule for what the server sends and for what an open page shows.
import type { QuietHours } from "./push";

/** Minutes since midnight at a time (epoch milliseconds) in a time zone of the IANA database. */
function minuteIn(zone: string, at: number): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const [hours = "0", minutes = "0"] = format.format(at).split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** Whether a time (epoch milliseconds) lies in them. Hours of no length are none. */
export function isQuietAt({ from, to, zone }: QuietHours, at: number): boolean {
  const minute = minuteIn(zone, at);
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
