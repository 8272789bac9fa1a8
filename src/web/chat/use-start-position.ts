// Loads the log around the place where reading starts: the message asked for, the first unread
// message, or the end. The channel is shown when that place is loaded.
import { useEffect, useState } from "react";
import type { ChannelHandle, ChannelView, InboxEntry } from "../../sdk";

/** Returns my read mark as far as this device knows. A mark that I set by hand lowers it. */
export function readMark(view: ChannelView, entry: InboxEntry | null, me: string): number {
  const read = Math.max(view.reads[me] ?? 0, entry?.row.read ?? 0);
  const unreadFrom = entry?.row.unreadFrom ?? null;
  return unreadFrom === null ? read : Math.min(read, unreadFrom - 1);
}

/**
 * Returns whether the place where reading starts is loaded. `wanted` is the message to start with;
 * null if there is none.
 */
export function useStartPosition(
  handle: ChannelHandle,
  view: ChannelView,
  entry: InboxEntry | null,
  me: string,
  wanted: number | null,
): boolean {
  const [started, setStarted] = useState(false);
  const loaded = view.phase === "live" || view.phase === "catching-up" || view.messages.length > 0;
  const read = readMark(view, entry, me);
  const oldest = view.messages.find((message) => message.seq !== null)?.seq ?? 0;
  const isUnreadAhead = view.moreBefore && oldest > read + 1 && (entry?.row.unread ?? 0) > 0;
  const isWantedAway = wanted !== null && !view.messages.some((message) => message.seq === wanted);
  const isAhead = wanted === null ? isUnreadAhead : isWantedAway;
  const begin = wanted ?? read + 1;
  const known = loaded && entry !== null;

  useEffect(() => {
    if (started || !known) return;
    if (!isAhead) return setStarted(true);
    let current = true;
    const start = () => {
      if (current) setStarted(true);
    };
    Promise.resolve(handle.loadAround(begin)).then(start, start);
    return () => {
      current = false;
    };
  }, [started, known, isAhead, begin, handle]);

  return started || (known && !isAhead);
}
