// An alert on screens that hide the chat list: a card that names the chat with new messages and
// opens it. It disappears after a few seconds, unless a person hovers or focuses it.
import { X } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { client } from "../app/client";
import { routes } from "../app/routes";
import { unreadOf } from "../app/unread";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";
import { useNarrow } from "../app/viewport";
import { IconButton } from "../controls/icon-button";
import { faceOf } from "../people/channel-face";
import { Face } from "../people/face";
import { placeName } from "../people/place-name";
import { previewLine } from "../people/preview-line";
import { type InAppAlert, useInAppAlerts } from "./use-in-app-alerts";
import "./in-app-alert-banner.css";

const SHOWN_MS = 6_000;

/** Returns whether the card stays: behind a dialog, or while it is hovered or focused. */
const isHeld = (card: HTMLElement | null): boolean =>
  document.querySelector("dialog:modal") !== null || card?.matches(":hover, :focus-within") === true;

/**
 * Returns the chat with new messages, and a function that dismisses it. A dismissed chat shows no
 * card until it is read.
 */
function useCard(inbox: readonly InboxEntry[], me: Me, current: string | null, card: { current: HTMLElement | null }) {
  const [alert, setAlert] = useState<InAppAlert | null>(null);
  const dismissed = useRef(new Set<string>());
  useEffect(() => {
    for (const entry of inbox) if (unreadOf(entry) === 0) dismissed.current.delete(entry.id);
  }, [inbox]);
  const onAlert = useCallback((next: InAppAlert) => {
    if (!dismissed.current.has(next.channel)) setAlert(next);
  }, []);
  useInAppAlerts(me, inbox, current, onAlert);

  useEffect(() => {
    if (alert === null) return;
    const timer = window.setInterval(() => {
      if (!isHeld(card.current)) setAlert(null);
    }, SHOWN_MS);
    return () => window.clearInterval(timer);
  }, [alert, card]);

  const entry = inbox.find((one) => one.id === alert?.channel && one.id !== current && unreadOf(one) > 0);
  const dismiss = () => {
    if (alert) dismissed.current.add(alert.channel);
    setAlert(null);
  };
  return { entry, isShown: alert?.isShown === true, close: () => setAlert(null), dismiss };
}

interface HeadsUpProps {
  me: Me;
  inbox: readonly InboxEntry[];
  /** The open chat. */
  current: string | null;
}

export function HeadsUp({ me, inbox, current }: HeadsUpProps) {
  const text = useText();
  const isNarrow = useNarrow();
  const { search, open } = useRoute();
  const card = useRef<HTMLDivElement>(null);
  const { entry, isShown, close, dismiss } = useCard(inbox, me, current, card);
  const isListHidden = isNarrow && (current !== null || search !== null);
  const face = entry && faceOf(entry, me.id, text);
  // Without previews in notifications, the card shows no text either: other people may see the
  // screen.
  const line =
    entry && isShown && me.notifications.previews ? previewLine(entry, me.id, text, client.safety.blocked.get()) : null;
  return (
    <div className="heads-up" role="status">
      {isListHidden && entry && face && (
        <div className="heads-up-card" ref={card} key={entry.id}>
          <button
            type="button"
            onClick={() => {
              close();
              open(routes.chat(entry.id));
            }}
          >
            <Face face={face} />
            <span>
              <strong dir="auto">{placeName(entry, me.id, text)}</strong>
              <span dir="auto">{line ?? text.chats.unread(unreadOf(entry))}</span>
            </span>
          </button>
          <IconButton icon={X} label={text.app.close} onClick={dismiss} />
        </div>
      )}
    </div>
  );
}
