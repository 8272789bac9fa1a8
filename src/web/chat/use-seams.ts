import { useRef } from "react";
import type { MessageView } from "../../sdk";

/** Remembers which messages once were the first ones loaded. Grows by one a page; the set is replaced so that it can be compared. */
export function useSeams(messages: readonly MessageView[], moreBefore: boolean): ReadonlySet<string> {
  const seams = useRef<ReadonlySet<string>>(new Set());
  const first = messages[0]?.key;
  if (moreBefore && first !== undefined && !seams.current.has(first))
    seams.current = new Set([...seams.current, first]);
  return seams.current;
}
