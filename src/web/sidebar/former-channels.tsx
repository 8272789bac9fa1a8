import { MessageCircleOff } from "lucide-react";
import { Link } from "wouter";
import { client, useStore } from "../app/client";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";

/** Below the chats: those that this person was removed from, with texts that were not sent. */
export function FormerChannels({ current }: { current: string | null }) {
  const text = useText();
  const { background } = useRoute();
  const channels = useStore(client.formerChannels);
  if (channels.length === 0) return null;
  return (
    <ul className="channel-list">
      {channels.map(({ id, name, unsent }) => (
        <li key={id}>
          <Link
            href={routes.chat(id)}
            className="channel-link"
            aria-current={id === current ? "page" : undefined}
            state={{ from: background }}
            replace={id === current}
          >
            <span className="former-icon">
              <MessageCircleOff aria-hidden />
            </span>
            <span className="channel-words">
              <span className="channel-top">
                <span className="channel-name" dir="auto">
                  {name || text.chats.gone}
                </span>
              </span>
              <span className="channel-bottom">
                <span className="channel-preview">{text.chats.unsent(unsent)}</span>
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
