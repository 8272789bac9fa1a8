// The presence of a person, as a mark on their avatar and as words. Only people on the screen are
// watched.
import { type RefObject, useEffect, useRef, useState } from "react";
import { Cell, type PresenceView } from "../../sdk";
import { client, useStore } from "../app/client";
import { serverNow, useMoment } from "../app/use-moment";
import { useLocale, useText } from "../app/use-text";
import { presenceText } from "./presence-text";

const NOBODY = new Cell<PresenceView | null>(null);
const MINUTE_MS = 60_000;

function usePresence(id: string): [RefObject<HTMLSpanElement | null>, PresenceView | null] {
  const element = useRef<HTMLSpanElement>(null);
  const [isOnScreen, setOnScreen] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver((entries) => setOnScreen(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, useStore(isOnScreen ? client.presence.of(id) : NOBODY)];
}

/** The states differ in shape as well as in colour. The name is for screen readers. */
export function PresenceMark({ id }: { id: string }) {
  const text = useText();
  const [mark, presence] = usePresence(id);
  const name = presence ? text.presence[presence.status] : undefined;
  return (
    <span ref={mark} className="presence" data-status={presence?.status} title={name}>
      <span className="unseen">{name}</span>
    </span>
  );
}

export function PresenceLine({ id }: { id: string }) {
  const text = useText();
  const locale = useLocale();
  const [line, presence] = usePresence(id);
  const isAgo = presence !== null && presence.activeAt !== null;
  useMoment(isAgo ? [serverNow() + MINUTE_MS] : []);
  return (
    <span ref={line} className="presence-line">
      {presence && presenceText(presence, serverNow(), locale, text)}
    </span>
  );
}
