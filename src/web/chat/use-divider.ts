import { useState } from "react";
import { type DividerSource, firstUnread, placeDivider } from "./divider";

/** Key of the message below the "New" divider, and a way to take the divider off. It follows at once where I set something to unread. */
export function useDivider(
  source: DividerSource,
  attentive: boolean,
  unreadFrom: number | null,
): [string | null, () => void] {
  const [divider, setDivider] = useState<string | null>(() => firstUnread(source)?.key ?? null);
  const [known, setKnown] = useState(unreadFrom);
  const isSet = unreadFrom !== null && unreadFrom !== known;
  if (unreadFrom !== known) setKnown(unreadFrom);
  const next = placeDivider(divider, attentive && !isSet, source);
  if (next !== divider) setDivider(next);
  return [next, () => setDivider(null)];
}
