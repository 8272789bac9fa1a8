// Reports the replies of an open thread as seen while the page is focused.
import { useEffect, useRef } from "react";
import type { ChannelHandle, InboxEntry, MessageView } from "../../sdk";
import { usePageFocused } from "../app/page-focus";

/**
 * Reports the unseen messages of the thread below `root`, and the root itself. Replies after the
 * read mark are reported too, once each: the mark then passes them without leaving them unseen.
 */
export function useSeenReplies(
  handle: ChannelHandle,
  entry: InboxEntry,
  root: number,
  messages: readonly MessageView[],
): void {
  const isFocused = usePageFocused();
  const { unseen, read } = entry.row;
  const reported = useRef(0);
  const isLoaded = messages.length > 0;
  useEffect(() => {
    if (!isFocused || !isLoaded) return;
    const listed = (unseen ?? []).filter((one) => one.thread === root || one.seq === root).map(({ seq }) => seq);
    const ahead = messages.flatMap(({ seq, delivery }) =>
      seq !== null && delivery.state === "sent" && seq > Math.max(read, reported.current) ? [seq] : [],
    );
    reported.current = Math.max(reported.current, ...ahead);
    handle.markSeen([...listed, ...ahead]);
  }, [handle, isFocused, isLoaded, unseen, read, root, messages]);
}
