// Marks messages as read while the page is visible and focused and the row is above the lower edge.
import { useRef } from "react";
import type { ChannelHandle } from "../../sdk";
import { useSettled } from "./use-settled";

/** Returns a function to call after every change of what is shown. */
export function useReadMarks(
  handle: ChannelHandle,
  isFocused: boolean,
  marked: number,
  unreadFrom: number | null,
  lastSeen: () => number,
): () => void {
  // A channel that I set to unread stays unread until I leave it and come back.
  const foundUnread = useRef(unreadFrom);
  if (unreadFrom === null) foundUnread.current = null;
  const isHeld = unreadFrom !== null && unreadFrom !== foundUnread.current;
  return useSettled(isFocused, () => {
    if (isHeld) return;
    const seq = lastSeen();
    if (seq > marked) handle.markRead(seq, { explicit: unreadFrom !== null });
  });
}
