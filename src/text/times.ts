// Times as people write them, through Intl. The functions are pure: clock and locale are passed in.
/** Bound: `FORMATS_MAX` formats of some kilobytes. */
const formats = new Map<string, Intl.DateTimeFormat>();
const FORMATS_MAX = 50;

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  if (formats.size >= FORMATS_MAX) formats.clear();
  formats.set(key, made);
  return made;
}

/** Returns the midnight of the local day of `at`. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/**
 * Returns whole local days from `at` to `now`. Rounding absorbs the hour of a daylight saving
 * change.
 */
export const daysBetween = (at: number, now: number): number => Math.round((dayOf(now) - dayOf(at)) / 86_400_000);

export const clockTime = (at: number, locale: string): string =>
  format(locale, { hour: "numeric", minute: "2-digit" }).format(at);

export const fullTime = (at: number, locale: string): string =>
  format(locale, { dateStyle: "full", timeStyle: "short" }).format(at);

export const dateOf = (at: number, locale: string): string => format(locale, { dateStyle: "medium" }).format(at);

/** Returns a time for a list: a time today, a word yesterday, a weekday this week, else a date. */
export function listTime(at: number, now: number, locale: string, yesterday: string): string {
  const days = daysBetween(at, now);
  if (days <= 0) return clockTime(at, locale);
  if (days === 1) return yesterday;
  if (days < 7) return format(locale, { weekday: "short" }).format(at);
  if (new Date(at).getFullYear() === new Date(now).getFullYear())
    return format(locale, { month: "short", day: "numeric" }).format(at);
  return format(locale, { dateStyle: "medium" }).format(at);
}

/** Returns the label of a day separator. */
export function dayLabel(at: number, now: number, locale: string, words: { today: string; yesterday: string }): string {
  const days = daysBetween(at, now);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? format(locale, { weekday: "long", month: "long", day: "numeric" }).format(at)
    : format(locale, { dateStyle: "long" }).format(at);
}

/** Returns "3 minutes ago", in the coarsest unit that fits. */
export function ago(at: number, now: number, locale: string): string {
  const seconds = Math.min(0, Math.round((at - now) / 1000));
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (seconds > -60) return relative.format(0, "minute");
  if (seconds > -3600) return relative.format(Math.ceil(seconds / 60), "minute");
  if (seconds > -86_400) return relative.format(Math.ceil(seconds / 3600), "hour");
  return relative.format(-daysBetween(at, now), "day");
}

/** Returns a duration as players show it, such as "1:05". */
export function playerTime(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const two = (count: number) => String(count).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
