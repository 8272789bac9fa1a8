// A channel is shown once the window holds the place to start reading: the message asked for, the first unread one, or the end.
import { useEffect, useState } from "react";
import type { ChannelHandle, ChannelView, InboxEntry } from "../../sdk";

/** Up to where I have read as far as this device knows: less, where I set something to unread again. */
export function readMark(view: ChannelView, entry: InboxEntry | null, me: string): number {
  const read = Math.max(view.reads[me] ?? 0, entry?.row.read ?? 0);
  const unreadFrom = entry?.row.unreadFrom ?? null;
  return unreadFrom === null ? read : Math.min(read, unreadFrom - 1);
}

/** `wanted` is the message to begin with; null where nobody asked for one. */
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
