// Reports unseen messages as seen once they are on the screen of a focused page.
import { useEffect, useRef } from "react";
import type { UnseenMessage } from "../../protocol";
import type { ChannelHandle } from "../../sdk";

/** As long as a message must be shown before it counts as seen, so that scrolling past does not. */
const SETTLE_MS = 250;

/**
 * Returns a function to call after every change of what is shown. `shown` returns the seqs of the
 * messages that are on the screen.
 */
export function useSeenMessages(
  handle: ChannelHandle,
  isFocused: boolean,
  unseen: readonly UnseenMessage[],
  shown: () => readonly number[],
): () => void {
  const timer = useRef(0);
  const latest = useRef({ isFocused, unseen, shown });
  latest.current = { isFocused, unseen, shown };

  const update = useRef(() => {
    if (timer.current !== 0 || latest.current.unseen.length === 0) return;
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      const { isFocused: canSee, unseen: waiting, shown: onScreen } = latest.current;
      if (!canSee) return;
      const seqs = new Set(onScreen());
      handle.markSeen(waiting.map(({ seq }) => seq).filter((seq) => seqs.has(seq)));
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
    if (isFocused) update.current();
  }, [isFocused]);
  return update.current;
}
