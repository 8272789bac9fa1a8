import { Check, CheckCheck, CircleAlert, Clock3, Pin } from "lucide-react";
import type { MessageView } from "../../sdk";
import { clockTime, fullTime } from "../../text/times";
import { useLocale, useText } from "../app/use-text";
import { Avatar } from "../people/avatar";
import { useChannelContext } from "./channel-context";
import { useActions } from "./message-actions";
import type { MessageReceipt } from "./message-receipt";

interface MetaProps {
  message: MessageView;
  /** The receipt; null if the message is not mine, or if no other person can read it. */
  receipt: MessageReceipt | null;
  isTabbable: boolean;
}

const FACES = 3;

/**
 * Beside the bubble: time, edited, pinned and receipt. The label of the message says the same in
 * words.
 */
export function Meta({ message, receipt, isTabbable }: MetaProps) {
  const text = useText();
  const locale = useLocale();
  const actions = useActions();
  const { name, fullName, isGone } = useChannelContext();
  const { at, edited, delivery, pin } = message;
  const isLive = message.state === "live";
  const hasTick = receipt !== null && isLive && delivery.state === "sent";
  return (
    <span className="meta">
      {edited && isLive && (
        <button
          type="button"
          className="meta-edited"
          tabIndex={isTabbable ? 0 : -1}
          title={text.message.versions}
          onClick={() => actions.showVersions(message)}
        >
          {text.chat.edited}
        </button>
      )}
      <span className="meta-line">
        {pin.by !== null && isLive && (
          <span className="meta-pin" title={text.message.pinnedBy(name(pin.by))} aria-hidden>
            <Pin />
          </span>
        )}
        <time dateTime={new Date(at).toISOString()} title={fullTime(at, locale)} aria-hidden>
          {clockTime(at, locale)}
        </time>
        {delivery.state === "sending" && <Clock3 className="meta-late" aria-hidden />}
        {delivery.state === "failed" && <CircleAlert className="meta-failed" aria-hidden />}
        {hasTick && receipt.state === "sent" && <Check className="meta-sent" aria-hidden />}
        {hasTick && receipt.state === "delivered" && <CheckCheck className="meta-sent" aria-hidden />}
        {hasTick && receipt.state === "read" && receipt.shows === "state" && (
          <CheckCheck className="meta-read" aria-hidden />
        )}
        {hasTick && receipt.state === "read" && receipt.shows === "readers" && (
          <button
            type="button"
            className="meta-readers"
            tabIndex={isTabbable ? 0 : -1}
            aria-label={text.message.readBy(receipt.readers.length)}
            title={receipt.readers.map(name).join(", ")}
            onClick={() => actions.showReaders(message)}
          >
            <span className="faces">
              {receipt.readers.slice(0, FACES).map((user) => (
                <Avatar key={user} id={user} name={fullName(user)} size="xs" isGone={isGone(user)} />
              ))}
            </span>
            {receipt.readers.length > FACES && receipt.readers.length}
          </button>
        )}
      </span>
    </span>
  );
}
