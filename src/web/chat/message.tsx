import { memo, useMemo, useState } from "react";
import { channelKinds } from "../../protocol";
import type { MessageView } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { forwardText } from "../../text/forward";
import { clockTime } from "../../text/times";
import { useLocale, useText, useWords } from "../app/use-text";
import { Avatar } from "../people/avatar";
import { messageLine } from "../people/content-line";
import { Bubble } from "./bubble";
import { useChannelContext } from "./channel-context";
import { Failure } from "./failure";
import { HiddenBubble } from "./hidden-bubble";
import { allowedActions, useActions } from "./message-actions";
import { isSameReceipt, type MessageReceipt } from "./message-receipt";
import { Meta } from "./meta";
import { Reactions } from "./reactions";
import { Replies, ThreadLink } from "./replies";
import { Toolbar } from "./toolbar";
import { useGestures } from "./use-gestures";

export interface MessageProps {
  message: MessageView;
  mine: boolean;
  /** Whether it is the first or last of a group by the same person. */
  first: boolean;
  last: boolean;
  /** The receipt; null for messages of others and for notes to myself. */
  receipt: MessageReceipt | null;
  /** Whether it is in the tab order. One message of a list is. */
  isActive: boolean;
  isExpanded: boolean;
  /** Whether it is highlighted after a jump to it. */
  isLit: boolean;
}

const SPOKEN_LENGTH = 300;

function stateOf({ message, mine, receipt }: MessageProps, text: Dictionary): string {
  const { delivery } = message;
  if (delivery.state === "sending") return text.chat.sending;
  if (delivery.state === "failed") return mine && message.seq === null ? text.chat.failedSend : text.chat.failedChange;
  if (receipt === null) return "";
  if (receipt.state === "read")
    return receipt.shows === "readers" ? text.message.readBy(receipt.readers.length) : text.chat.read;
  return receipt.state === "delivered" ? text.message.delivered : text.chat.sent;
}

function MessageRow(props: MessageProps) {
  const { message, mine, first, last, receipt, isActive, isExpanded, isLit } = props;
  const text = useText();
  const locale = useLocale();
  const { forwarded } = useWords(forwardText);
  const actions = useActions();
  const context = useChannelContext();
  const [hot, setHot] = useState(false);
  const rights = allowedActions(message, context);
  const gestures = useGestures(
    (point) => actions.openMenu(message, point),
    rights.reply ? () => actions.reply(message) : null,
  );
  const { delivery, seq, replies } = message;
  const author = context.name(message.author);
  const hasFace = channelKinds[context.kind].roster !== "pair" && !mine;
  const hasThread = seq !== null && replies.count > 0 && message.thread === null;

  const { text: said, attachments } = message;
  const spoken = useMemo(
    () => messageLine({ text: said, attachments }, SPOKEN_LENGTH, text),
    [said, attachments, text],
  );
  const isHidden = context.isBlocked(message.author) && !isExpanded;
  const reactions = message.reactions.filter(({ users }) => !users.every(context.isBlocked));
  const label = [
    author,
    clockTime(message.at, locale),
    isHidden ? text.chat.blocked : message.state === "live" ? spoken : text.chat.deleted,
    message.forwarded && message.state === "live" ? forwarded : "",
    message.edited ? text.chat.edited : "",
    message.pin.by === null ? "" : text.message.pinned,
    stateOf(props, text),
  ];

  return (
    <article
      className="message"
      aria-label={label.filter(Boolean).join(", ")}
      tabIndex={isActive ? 0 : -1}
      data-side={mine ? "mine" : "theirs"}
      data-first={first || undefined}
      data-last={last || undefined}
      data-faced={hasFace || undefined}
      data-lit={isLit || undefined}
      onPointerEnter={(event) => setHot(event.pointerType === "mouse")}
      onPointerLeave={() => setHot(false)}
      onFocus={() => actions.choose(message.key)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.target !== event.currentTarget) return;
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        actions.openMenu(message, { x: box.left + 24, y: box.top + 24 });
      }}
      {...gestures}
    >
      {hasFace && first && (
        <p className="message-author" dir="auto">
          {author}
        </p>
      )}
      <div className="message-line">
        {hasFace && !last && <span className="message-inset" />}
        {hasFace && last && (
          <Avatar
            id={message.author}
            name={context.fullName(message.author)}
            size="s"
            isGone={context.isGone(message.author)}
          />
        )}
        {isHidden ? (
          <HiddenBubble isTabbable={isActive} onShow={() => actions.toggleLength(message.key)} />
        ) : (
          <Bubble
            message={message}
            isExpanded={isExpanded}
            isTabbable={isActive}
            onToggle={() => actions.toggleLength(message.key)}
          />
        )}
        <div className="message-side">
          <Meta message={message} receipt={receipt} isTabbable={isActive} />
          {(hot || isActive) && message.state === "live" && <Toolbar message={message} isTabbable={isActive} />}
        </div>
      </div>
      {message.state === "live" && !isHidden && reactions.length > 0 && (
        <Reactions message={message} isTabbable={isActive} />
      )}
      {message.thread !== null && <ThreadLink root={message.thread} isTabbable={isActive} />}
      {hasThread && <Replies seq={seq} replies={replies} isTabbable={isActive} />}
      {delivery.state === "failed" && <Failure message={message} delivery={delivery} />}
    </article>
  );
}

const isSame = (one: MessageProps, other: MessageProps): boolean =>
  one.message === other.message &&
  one.mine === other.mine &&
  one.first === other.first &&
  one.last === other.last &&
  one.isActive === other.isActive &&
  one.isExpanded === other.isExpanded &&
  one.isLit === other.isLit &&
  isSameReceipt(one.receipt, other.receipt);

export const Message = memo(MessageRow, isSame);
