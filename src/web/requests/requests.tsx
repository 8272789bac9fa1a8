// The pane with the requests of strangers. Accepting opens the chat.
import { ChevronLeft, UserRoundCheck } from "lucide-react";
import { useEffect, useRef } from "react";
import { requestsText } from "../../text/requests";
import { client, useStore } from "../app/client";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { useNarrow } from "../app/viewport";
import { EmptyState } from "../controls/empty-state";
import { IconButton } from "../controls/icon-button";
import { RequestCard } from "./request-card";
import "./requests.css";

export function Requests() {
  const text = useText();
  const words = useWords(requestsText);
  const narrow = useNarrow();
  const { open, leaveTo } = useRoute();
  const requests = useStore(client.requests.all);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="requests" aria-label={text.chats.requests}>
      <header className="chat-header">
        {narrow && <IconButton icon={ChevronLeft} label={text.app.back} onClick={() => leaveTo(routes.chats)} />}
        <div className="chat-title">
          <h1 ref={heading} tabIndex={-1}>
            {text.chats.requests}
          </h1>
        </div>
      </header>
      {requests.length === 0 ? (
        <EmptyState icon={UserRoundCheck} title={words.emptyTitle} hint={words.emptyHint} />
      ) : (
        <div className="requests-scroll">
          <p className="requests-hint">{words.hint}</p>
          <ul className="requests-list">
            {requests.map((request) => (
              <RequestCard
                key={request.channel}
                request={request}
                onAccepted={() => open(routes.chat(request.channel))}
                onDeclined={() => heading.current?.focus()}
              />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
