import { useRef } from "react";
import type { MessageView } from "../../sdk";

/**
 * Remembers which messages were once the first of the window. Each page adds one. The set is
 * replaced when it grows, so that it can be compared by identity.
 */
export function usePageStarts(messages: readonly MessageView[], moreBefore: boolean): ReadonlySet<string> {
  const pageStarts = useRef<ReadonlySet<string>>(new Set());
  const first = messages[0]?.key;
  if (moreBefore && first !== undefined && !pageStarts.current.has(first))
    pageStarts.current = new Set([...pageStarts.current, first]);
  return pageStarts.current;
}
