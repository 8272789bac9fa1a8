// A time of day: minutes since midnight, and the "hh:mm" of a time input.

const HOUR = 60;

export function clockOf(minute: number): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${two(Math.floor(minute / HOUR))}:${two(minute % HOUR)}`;
}

/** Returns the minutes since midnight; null while the input is incomplete. */
export function minuteOf(clock: string): number | null {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(clock) ?? [];
  return hour === undefined ? null : Number(hour) * HOUR + Number(minute);
}
