// Days in a time zone. A zone has a name of the IANA database. Its offset changes with the season.
import * as z from "zod";
import { limits } from "./limits";

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** The most by which a zone differs from UTC, and a little more. */
const offsetMaxMs = 16 * 60 * minuteMs;
/** Offsets of zones had seconds until 1972. */
const stepMs = 1_000;

const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { ...fields, second: "2-digit", hourCycle: "h23", timeZone });
  } catch {
    return null;
  }
}

function knownFormatOf(zone: string): Intl.DateTimeFormat {
  const format = formatOf(zone);
  if (format === null) throw new RangeError(`unknown time zone: ${zone}`);
  return format;
}

/** The name of a time zone. A reader may not know it, because the IANA database grows. */
export const timeZoneName = z.string().max(limits.zoneCharacters);

/** The name of a time zone that this server knows. */
export const knownTimeZone = timeZoneName.refine((name) => formatOf(name) !== null, {
  error: "must be a time zone of the IANA database",
});

/** A minute of the day: 0 is midnight. */
export const minuteOfDay = z.int().min(0).max(1439);

/** Returns what a clock in the zone shows, as if it were UTC: epoch milliseconds. */
function shownAt(format: Intl.DateTimeFormat, at: number): number {
  // The form is "7/16/2026, 00:30:00".
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = format.format(at).split(/\D+/).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const dayOfTime = (at: number): number => Math.floor(at / dayMs);

/**
 * Returns the time at which a calendar day begins: epoch milliseconds. `day` counts from
 * 1970-01-01. `zone` is a name, or minutes east of UTC. Where a day has no midnight, or two, it is
 * the first time of that day. Throws RangeError for an unknown name.
 */
export function startOfDay(zone: string | number, day: number): number {
  if (typeof zone === "number") return day * dayMs - zone * minuteMs;
  const format = knownFormatOf(zone);
  let before = day * dayMs - offsetMaxMs;
  let within = day * dayMs + offsetMaxMs;
  while (within - before > stepMs) {
    const middle = before + Math.floor((within - before) / 2 / stepMs) * stepMs;
    if (dayOfTime(shownAt(format, middle)) >= day) within = middle;
    else before = middle;
  }
  return within;
}

/**
 * Returns the time at which clocks of a zone show a minute of the day, so many days after the day
 * of `at`: epoch milliseconds. A minute that the clocks leave out is as much later as they go
 * forward.
 * Throws RangeError for an unknown name.
 */
export function timeOfDay(zone: string, at: number, days: number, minute: number): number {
  const format = knownFormatOf(zone);
  const shown = (dayOfTime(shownAt(format, at)) + days) * dayMs + minute * minuteMs;
  const offsetAt = (time: number): number => shownAt(format, time) - Math.floor(time / stepMs) * stepMs;
  const nearby = shown - offsetAt(shown);
  const exact = shown - offsetAt(nearby);
  return offsetAt(exact) === offsetAt(nearby) ? exact : Math.max(exact, nearby);
}
