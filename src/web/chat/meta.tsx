import { Check, CheckCheck, CircleAlert, Clock3 } from "lucide-react";
import type { MessageView } from "../../sdk";
import { useLocale, useText } from "../text/language";
import { clockTime, fullTime } from "../text/times";

interface MetaProps {
  message: MessageView;
  mine: boolean;
  isRead: boolean;
  receipts: boolean;
}

/** Beside the bubble: when, whether it was edited, how far it has come. The row's own name says the same in words. */
export function Meta({ message, mine, isRead, receipts }: MetaProps) {
  const text = useText();
  const locale = useLocale();
  const { at, edited, delivery } = message;
  return (
    <span className="meta" aria-hidden>
      {edited && message.text !== null && <span className="meta-edited">{text.chat.edited}</span>}
      <time dateTime={new Date(at).toISOString()} title={fullTime(at, locale)}>
        {clockTime(at, locale)}
      </time>
      {delivery.state === "sending" && <Clock3 className="meta-late" />}
      {delivery.state === "failed" && <CircleAlert className="meta-failed" />}
      {mine && receipts && delivery.state === "sent" && (isRead ? <CheckCheck className="meta-read" /> : <Check />)}
    </span>
  );
}
