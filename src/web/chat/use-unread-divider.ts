import { useState } from "react";
import { type DividerInput, firstUnread, placeDivider } from "./unread-divider";

/**
 * Returns the key of the message below the "New" divider, and a function that removes the divider.
 * Setting the channel to unread moves the divider immediately.
 */
export function useUnreadDivider(
  source: DividerInput,
  isFocused: boolean,
  unreadFrom: number | null,
): [string | null, () => void] {
  const [divider, setDivider] = useState<string | null>(() => firstUnread(source)?.key ?? null);
  const [known, setKnown] = useState(unreadFrom);
  const isSet = unreadFrom !== null && unreadFrom !== known;
  if (unreadFrom !== known) setKnown(unreadFrom);
  const next = placeDivider(divider, isFocused && !isSet, source);
  if (next !== divider) setDivider(next);
  return [next, () => setDivider(null)];
}
