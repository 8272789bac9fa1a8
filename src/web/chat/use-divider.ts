import { useState } from "react";
import { type DividerSource, firstUnread, placeDivider } from "./divider";

/** Key of the message below the "New" divider, and a way to take the divider off. */
export function useDivider(source: DividerSource, attentive: boolean): [string | null, () => void] {
  const [divider, setDivider] = useState<string | null>(() => firstUnread(source)?.key ?? null);
  const next = placeDivider(divider, attentive, source);
  if (next !== divider) setDivider(next);
  return [next, () => setDivider(null)];
}
