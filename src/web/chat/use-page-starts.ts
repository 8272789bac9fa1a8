import { useRef } from "react";
import type { MessageView } from "../../sdk";

/** Remembers which messages once were the first ones loaded. Grows by one a page; the set is replaced so that it can be compared. */
export function usePageStarts(messages: readonly MessageView[], moreBefore: boolean): ReadonlySet<string> {
  const pageStarts = useRef<ReadonlySet<string>>(new Set());
  const first = messages[0]?.key;
  if (moreBefore && first !== undefined && !pageStarts.current.has(first))
    pageStarts.current = new Set([...pageStarts.current, first]);
  return pageStarts.current;
}
