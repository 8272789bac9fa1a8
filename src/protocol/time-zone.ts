// Days in a time zone. A zone has a name of the IANA database. Its offset changes with the season.
import * as z from "zod";
import { limits } from "./limits";

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** The most by which a zone differs from UTC, and a little more. */
const offsetMaxMs = 16 * 60 * minuteMs;
/** Offsets of zones had seconds until 1972. */
const stepMs = 1_000;

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "numeric", day: "numeric" });
  } catch {
    return null;
  }
}

/** The name of a time zone. A reader may not know it, because the IANA database grows. */
export const timeZoneName = z.string().max(limits.zoneCharacters);

/** The name of a time zone that this server knows. */
export const knownTimeZone = timeZoneName.refine((name) => formatOf(name) !== null, {
  error: "must be a time zone of the IANA database",
});

/** Returns the days from 1970-01-01 to the calendar day of a time (epoch milliseconds). */
function dayAt(format: Intl.DateTimeFormat, at: number): number {
  const [month = 0, day = 0, year = 0] = format.format(at).split("/").map(Number);
  return Date.UTC(year, month - 1, day) / dayMs;
}

/**
 * Returns the time at which a calendar day begins: epoch milliseconds. `day` counts from
 * 1970-01-01. `zone` is a name, or minutes east of UTC. Where a day has no midnight, or two, it is
 * the first time of that day. Throws RangeError for an unknown name.
 */
export function startOfDay(zone: string | number, day: number): number {
  if (typeof zone === "number") return day * dayMs - zone * minuteMs;
  const format = formatOf(zone);
  if (format === null) throw new RangeError(`unknown time zone: ${zone}`);
  let before = day * dayMs - offsetMaxMs;
  let within = day * dayMs + offsetMaxMs;
  while (within - before > stepMs) {
    const middle = before + Math.floor((within - before) / 2 / stepMs) * stepMs;
    if (dayAt(format, middle) >= day) within = middle;
    else before = middle;
  }
  return within;
}
