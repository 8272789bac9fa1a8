// A page that is open calls attention to chats nobody looks at: a sound, and where the list is out of sight a line that leads there.
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { isAttentive } from "../app/attention";
import { client } from "../app/client";
import { usePreferences } from "../app/preferences";
import { routes } from "../app/routes";
import { useNarrow } from "../app/viewport";
import { IconButton } from "../controls/icon-button";
import { faceOf } from "../people/channel-face";
import { Face } from "../people/face";
import { previewLine } from "../people/preview-line";
import { useText } from "../text/language";
import { chime } from "./chime";
import { newsIn } from "./news";
import { standing } from "./standing";
import { isWelcome } from "./wishes";
import "./heads-up.css";

const SHOWN_MS = 6_000;

interface HeadsUpProps {
  me: Me;
  inbox: readonly InboxEntry[];
  /** The chat on screen. */
  current: string | null;
  open(to: string): void;
}

/** The chat that has news, for a few seconds. */
function useNews({ me, inbox, current }: Omit<HeadsUpProps, "open">): [InboxEntry | null, () => void] {
  const hasSound = usePreferences((preferences) => preferences.sound);
  const [news, setNews] = useState<{ channel: string } | null>(null);
  const before = useRef(inbox);
  useEffect(() => {
    const found = newsIn(before.current, inbox, me.id, isAttentive() ? current : null, Date.now());
    before.current = inbox;
    if (found === null) return;
    const tell = async () => {
      if (!(await isWelcome(me))) return;
      if (found.id !== current) setNews({ channel: found.id });
      // Where nobody is at the page the system's notification has a sound of its own.
      if (hasSound && (client.presence.isActive || standing() !== "allowed")) await chime();
    };
    tell().catch(console.warn);
  }, [inbox, me, current, hasSound]);

  useEffect(() => {
    if (news === null) return;
    const timer = window.setTimeout(() => setNews(null), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [news]);

  const entry = inbox.find(({ id, row }) => id === news?.channel && id !== current && row.unread > 0);
  return [entry ?? null, () => setNews(null)];
}

export function HeadsUp({ me, inbox, current, open }: HeadsUpProps) {
  const text = useText();
  const isNarrow = useNarrow();
  const [entry, close] = useNews({ me, inbox, current });
  const isListHidden = isNarrow && current !== null;
  const face = entry && faceOf(entry, me.id, text);
  return (
    <div className="heads-up" role="status">
      {isListHidden && entry && face && (
        <div className="heads-up-card" key={entry.id}>
          <button
            type="button"
            onClick={() => {
              close();
              open(routes.chat(entry.id));
            }}
          >
            <Face face={face} />
            <span>
              <strong dir="auto">{face.name}</strong>
              <span dir="auto">{previewLine(entry, me.id, text)}</span>
            </span>
          </button>
          <IconButton icon={X} label={text.app.close} onClick={close} />
        </div>
      )}
    </div>
  );
}
