// Announces new messages of the open channel to screen readers, in batches. The list itself is no
// live region, because a virtual list adds old rows while a person scrolls.
import { useEffect, useRef, useState } from "react";
import type { Profile } from "../../protocol";
import type { MessageView } from "../../sdk";
import { client } from "../app/client";
import { useText } from "../app/use-text";
import { nameOf } from "../people/channel-face";
import { messageLine } from "../people/content-line";
import { newestSeq } from "./unread-divider";

const BATCH_MS = 1_000;
const SPOKEN_LENGTH = 200;

interface AnnouncementsProps {
  messages: readonly MessageView[];
  members: readonly Profile[];
  me: string;
}

export function Announcements({ messages, members, me }: AnnouncementsProps) {
  const text = useText();
  const announced = useRef(newestSeq(messages));
  const [announcement, setAnnouncement] = useState("");

  useEffect(() => {
    if (newestSeq(messages) <= announced.current) return;
    const timer = window.setTimeout(() => {
      const fresh = messages.filter(
        ({ seq, author, state }) =>
          seq !== null &&
          seq > announced.current &&
          author !== me &&
          state === "live" &&
          !client.safety.blocked.get().has(author),
      );
      announced.current = newestSeq(messages);
      const [only] = fresh;
      if (fresh.length > 1) setAnnouncement(text.chat.announced(fresh.length));
      else if (only)
        setAnnouncement(`${nameOf(members, only.author, text)}: ${messageLine(only, SPOKEN_LENGTH, text)}`);
    }, BATCH_MS);
    return () => window.clearTimeout(timer);
  }, [messages, members, me, text]);

  return (
    <div className="unseen" role="status" aria-live="polite">
      {announcement}
    </div>
  );
}
