// Marks messages as read while the page is visible and focused and the row is above the lower edge.
import { useEffect, useRef } from "react";
import type { ChannelHandle } from "../../sdk";

const SETTLE_MS = 250;

export function useReadMarks(
  handle: ChannelHandle,
  isFocused: boolean,
  marked: number,
  unreadFrom: number | null,
  lastSeen: () => number,
) {
  const timer = useRef(0);
  // A channel that I set to unread stays unread until I leave it and come back.
  const foundUnread = useRef(unreadFrom);
  if (unreadFrom === null) foundUnread.current = null;
  const isHeld = unreadFrom !== null && unreadFrom !== foundUnread.current;
  const latest = useRef({ isFocused, lastSeen, marked, unreadFrom, isHeld });
  latest.current = { isFocused, lastSeen, marked, unreadFrom, isHeld };

  const updateReadMark = useRef(() => {
    // New messages do not postpone the mark: a busy channel is marked as it goes.
    if (timer.current !== 0) return;
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      const { isFocused, lastSeen, marked, unreadFrom, isHeld } = latest.current;
      if (!isFocused || isHeld) return;
      const seq = lastSeen();
      if (seq > marked) handle.markRead(seq, { explicit: unreadFrom !== null });
    }, SETTLE_MS);
  });

  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
      timer.current = 0;
    },
    [],
  );
  useEffect(() => {
    if (isFocused) updateReadMark.current();
  }, [isFocused]);
  return updateReadMark.current;
}
