import { Ban, Forward } from "lucide-react";
import { useMemo } from "react";
import type { MessageView } from "../../sdk";
import { forwardText } from "../../text/forward";
import { useText, useWords } from "../app/use-text";
import { isBigEmoji } from "../markdown/big-emoji";
import { excerptOf } from "../markdown/excerpt";
import { MentionedProvider, meansMe, mentionedIn } from "../markdown/mention";
import { Prose } from "../markdown/prose";
import { Attachments } from "./attachments";
import { useChannelContext } from "./channel-context";
import { Quote } from "./quote";

interface BubbleProps {
  message: MessageView;
  isExpanded: boolean;
  isTabbable: boolean;
  onToggle(): void;
}

const isHangul = (value: string): boolean =>
  /\p{Script=Hangul}/u.test(value) && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(value);

export function Bubble({ message, isExpanded, isTabbable, onToggle }: BubbleProps) {
  const text = useText();
  const { forwarded } = useWords(forwardText);
  const { members, roles, me } = useChannelContext();
  const { mentions } = message;
  const mentioned = useMemo(() => mentionedIn(mentions, members, me, roles), [mentions, members, me, roles]);
  if (message.state === "deleted")
    return (
      <div className="bubble" data-kind="deleted">
        <Ban aria-hidden />
        {text.chat.deleted}
      </div>
    );
  const excerpt = excerptOf(message.text);
  const isCut = excerpt !== null && !isExpanded;
  const kind =
    message.reply === null &&
    !message.forwarded &&
    message.attachments.length === 0 &&
    !message.files &&
    isBigEmoji(message.text)
      ? "emoji"
      : undefined;
  const mentionsMe = message.author !== me && meansMe(mentions, me);
  return (
    <div className="bubble" data-kind={kind} data-cut={isCut || undefined} data-mentions={mentionsMe || undefined}>
      {message.forwarded && (
        <p className="bubble-forwarded">
          <Forward aria-hidden />
          {forwarded}
        </p>
      )}
      {message.reply && <Quote quote={message.reply} isTabbable={isTabbable} />}
      {message.text !== "" && (
        <div className="prose" data-script={isHangul(message.text) ? "hangul" : undefined}>
          <MentionedProvider value={mentioned}>
            <Prose text={isCut ? excerpt : message.text} isCut={isCut} />
          </MentionedProvider>
        </div>
      )}
      <Attachments
        attachments={message.attachments}
        {...(message.files && { files: message.files })}
        messageKey={message.key}
        isTabbable={isTabbable}
      />
      {excerpt !== null && (
        <button type="button" className="bubble-more" aria-expanded={isExpanded} onClick={onToggle}>
          {isExpanded ? text.chat.less : text.chat.more}
        </button>
      )}
    </div>
  );
}
