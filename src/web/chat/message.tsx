import { memo, useMemo, useState } from "react";
import type { MessageView } from "../../sdk";
import { plainText } from "../markdown/plain";
import { Avatar } from "../people/avatar";
import { useLocale, useText } from "../text/language";
import { clockTime } from "../text/times";
import { Bubble } from "./bubble";
import { Failure } from "./failure";
import { canChange, useActions } from "./message-actions";
import { Meta } from "./meta";
import { Toolbar } from "./toolbar";
import { useLongPress } from "./use-long-press";

export interface MessageProps {
  message: MessageView;
  mine: boolean;
  /** First and last of a group by the same person. */
  first: boolean;
  last: boolean;
  author: string;
  isGroup: boolean;
  /** Whether somebody else could read it. */
  receipts: boolean;
  isRead: boolean;
  /** In the tab order: one message of a list is. */
  isActive: boolean;
  isExpanded: boolean;
}

const SPOKEN_LENGTH = 300;

export const Message = memo(function Message(props: MessageProps) {
  const { message, mine, first, last, author, isGroup, receipts, isRead, isActive, isExpanded } = props;
  const text = useText();
  const locale = useLocale();
  const actions = useActions();
  const [hot, setHot] = useState(false);
  const press = useLongPress((point) => actions.openMenu(message, point));
  const { delivery } = message;

  const state = {
    sending: text.chat.sending,
    failed: mine && message.seq === null ? text.chat.failedSend : text.chat.failedChange,
    sent: mine && receipts ? (isRead ? text.chat.read : text.chat.sent) : "",
  }[delivery.state];
  const spoken = useMemo(() => message.text && plainText(message.text, SPOKEN_LENGTH), [message.text]);
  const said = spoken ?? text.chat.deleted;
  const label = [author, clockTime(message.at, locale), said, message.edited ? text.chat.edited : "", state];

  return (
    <article
      className="message"
      aria-label={label.filter(Boolean).join(", ")}
      tabIndex={isActive ? 0 : -1}
      data-side={mine ? "mine" : "theirs"}
      data-first={first || undefined}
      data-last={last || undefined}
      onPointerEnter={(event) => setHot(event.pointerType === "mouse")}
      onPointerLeave={() => setHot(false)}
      onFocus={() => actions.choose(message.key)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.target !== event.currentTarget) return;
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        actions.openMenu(message, { x: box.left + 24, y: box.top + 24 });
      }}
      {...press}
    >
      {isGroup && !mine && first && (
        <p className="message-author" dir="auto">
          {author}
        </p>
      )}
      <div className="message-line">
        {isGroup &&
          !mine &&
          (last ? <Avatar id={message.author} name={author} size="s" /> : <span className="message-inset" />)}
        <Bubble message={message} isExpanded={isExpanded} onToggle={() => actions.toggleLength(message.key)} />
        <div className="message-side">
          <Meta message={message} mine={mine} isRead={isRead} receipts={receipts} />
          {(hot || isActive) && message.text !== null && (
            <Toolbar message={message} canChange={canChange(message, mine)} isTabbable={isActive} />
          )}
        </div>
      </div>
      {delivery.state === "failed" && <Failure message={message} code={delivery.code} />}
    </article>
  );
});
