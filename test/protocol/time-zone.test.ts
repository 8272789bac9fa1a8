// The days of a time zone, by its name.
import { describe, expect, test } from "vitest";
import { knownTimeZone, searchQuery, startOfDay, timeOfDay } from "../../src/protocol";
import { isLongRun } from "../support/runs";

/** All zones in the long run; each tenth in `npm test`. */
const zones = Intl.supportedValuesOf("timeZone").filter((_, i) => isLongRun || i % 10 === 0);

const dayMs = 86_400_000;
const dayOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;
const startIn = (zone: string | number, day: string): string => new Date(startOfDay(zone, dayOf(day))).toISOString();

describe("[S162] a day begins", () => {
  test.each([
    ["in summer", "Europe/Berlin", "2026-07-16", "2026-07-15T22:00:00.000Z"],
    ["in winter", "Europe/Berlin", "2026-11-30", "2026-11-29T23:00:00.000Z"],
    ["east of UTC", "Asia/Seoul", "2026-11-21", "2026-11-20T15:00:00.000Z"],
    ["half an hour beside the others", "Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00.000Z"],
    ["farthest east", "Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000Z"],
    ["farthest west", "Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00.000Z"],
    ["on the day on which the clock goes forward", "America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"],
    ["on the day after it", "America/New_York", "2026-03-09", "2026-03-09T04:00:00.000Z"],
    ["at one o’clock where midnight is left out", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"],
    ["at the first of two midnights", "America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"],
    ["after a day that a zone left out", "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z"],
    ["in the first year", "America/Los_Angeles", "1970-01-01", "1970-01-01T08:00:00.000Z"],
    ["in a zone by its offset", "+05:30", "2026-01-01", "2025-12-31T18:30:00.000Z"],
    ["in minutes east of UTC", 540, "2026-01-01", "2025-12-31T15:00:00.000Z"],
  ])("%s", (_, zone, day, start) => {
    expect(startIn(zone, day)).toBe(start);
  });

  test("in every zone with the first time that has its date", () => {
    const format = (timeZone: string) => new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
    for (const zone of zones) {
      const shown = format(zone);
      for (const day of ["1999-12-31", "2026-03-29", "2026-07-16", "2026-10-25"]) {
        const start = startOfDay(zone, dayOf(day));
        expect([zone, shown.format(start), shown.format(start - 1) < day]).toEqual([zone, day, true]);
      }
    }
  });
});

test("[S162] a zone is a name or minutes, and an unknown name is refused", () => {
  const zoneOf = (zone: unknown) => searchQuery.safeParse({ q: "", zone }).data?.zone;
  expect(zoneOf("Europe/Berlin")).toBe("Europe/Berlin");
  expect(zoneOf(-720)).toBe(-720);
  expect(zoneOf(undefined)).toBe(0);
  for (const zone of ["Europe/Atlantis", "", "x".repeat(65), 841, 0.5, null]) expect(zoneOf(zone)).toBeUndefined();
  expect(knownTimeZone.safeParse("Asia/Seoul").success).toBe(true);
  expect(() => startOfDay("Europe/Atlantis", 0)).toThrow(RangeError);
});

describe("[S168] a minute of tomorrow", () => {
  test.each([
    ["in Seoul", "Asia/Seoul", "2026-11-30T10:00:00Z", 480, "2026-11-30T23:00:00.000Z"],
    ["just before midnight in Seoul", "Asia/Seoul", "2026-11-30T14:59:59.999Z", 480, "2026-11-30T23:00:00.000Z"],
    ["at midnight in Seoul", "Asia/Seoul", "2026-11-30T15:00:00Z", 480, "2026-12-01T23:00:00.000Z"],
    ["over the end of a year", "America/New_York", "2026-12-31T23:00:00Z", 480, "2027-01-01T13:00:00.000Z"],
    ["before the clock goes forward", "Europe/Berlin", "2026-03-28T12:00:00Z", 480, "2026-03-29T06:00:00.000Z"],
    ["before the clock goes back", "Europe/Berlin", "2026-10-24T12:00:00Z", 480, "2026-10-25T07:00:00.000Z"],
    ["that the clock leaves out", "Europe/Berlin", "2026-03-28T12:00:00Z", 150, "2026-03-29T01:30:00.000Z"],
    ["half an hour beside the others", "Asia/Kolkata", "2026-06-01T00:00:00Z", 0, "2026-06-01T18:30:00.000Z"],
  ])("%s", (_, zone, now, minute, end) => {
    expect(new Date(timeOfDay(zone, Date.parse(now), 1, minute)).toISOString()).toBe(end);
  });

  test("is tomorrow at this minute, in every zone", () => {
    const shownIn = (zone: string, at: number) =>
      new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(at);
    for (const zone of zones) {
      for (const now of ["2026-03-28T23:30:00Z", "2026-07-15T08:00:00Z", "2026-10-31T22:00:00Z"].map(Date.parse)) {
        const end = timeOfDay(zone, now, 1, 480);
        const tomorrow = new Date(Date.parse(`${shownIn(zone, now).slice(0, 10)}T00:00:00Z`) + dayMs);
        expect([zone, shownIn(zone, end)]).toEqual([zone, `${tomorrow.toISOString().slice(0, 10)} 08:00`]);
      }
    }
  });
});
