import { UserRoundCheck } from "lucide-react";
import { Link } from "wouter";
import { cappedCount } from "../../text/count";
import { client, useStore } from "../app/client";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";

/** Leads to the requests of strangers. Shown only while there are any, or while they are open. */
export function RequestsLink({ isCurrent }: { isCurrent: boolean }) {
  const text = useText();
  const { background } = useRoute();
  const { length } = useStore(client.requests.all);
  if (length === 0 && !isCurrent) return null;
  return (
    <Link
      href={routes.requests}
      className="requests-link"
      aria-current={isCurrent ? "page" : undefined}
      state={{ from: background }}
      replace={isCurrent}
    >
      <UserRoundCheck aria-hidden />
      <span>{text.chats.requests}</span>
      {length > 0 && (
        <span className="badge">
          <span aria-hidden>{cappedCount(length)}</span>
          <span className="unseen">{text.chats.requestCount(length)}</span>
        </span>
      )}
    </Link>
  );
}
