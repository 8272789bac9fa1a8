import type { PresenceView } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { ago } from "../../text/times";

const MINUTE_MS = 60_000;

/** Returns the presence of a person in words. For an offline person, when they were last seen. */
export function presenceText(
  { status, activeAt }: PresenceView,
  now: number,
  locale: string,
  text: Dictionary,
): string {
  if (status !== "offline" || activeAt === null) return text.presence[status];
  return now - activeAt < MINUTE_MS ? text.presence.seenNow : text.presence.seen(ago(activeAt, now, locale));
}

/** Returns who is typing, by name; empty if nobody is typing. */
export function typingText(names: readonly string[], { presence }: Dictionary): string {
  const [one, two, ...others] = names;
  if (one === undefined) return "";
  if (two === undefined) return presence.writes(one);
  return others.length === 0 ? presence.bothWrite(one, two) : presence.manyWrite;
}
