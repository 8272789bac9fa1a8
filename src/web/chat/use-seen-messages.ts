// Reports unseen messages as seen once they are on the screen of a focused page.
import type { UnseenMessage } from "../../protocol";
import type { ChannelHandle } from "../../sdk";
import { useSettled } from "./use-settled";

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
  return useSettled(isFocused, () => {
    if (unseen.length === 0) return;
    const seqs = new Set(shown());
    handle.markSeen(unseen.map(({ seq }) => seq).filter((seq) => seqs.has(seq)));
  });
}
