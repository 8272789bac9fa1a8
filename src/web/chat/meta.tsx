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
  const isLive = message.text !== null;
  const hasTick = mine && receipts && isLive && delivery.state === "sent";
  return (
    <span className="meta" aria-hidden>
      {edited && isLive && <span className="meta-edited">{text.chat.edited}</span>}
      <span className="meta-line">
        <time dateTime={new Date(at).toISOString()} title={fullTime(at, locale)}>
          {clockTime(at, locale)}
        </time>
        {delivery.state === "sending" && <Clock3 className="meta-late" />}
        {delivery.state === "failed" && <CircleAlert className="meta-failed" />}
        {hasTick && (isRead ? <CheckCheck className="meta-read" /> : <Check className="meta-sent" />)}
      </span>
    </span>
  );
}
