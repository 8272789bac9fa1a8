import { Ban } from "lucide-react";
import type { MessageView } from "../../sdk";
import { isBigEmoji } from "../markdown/emoji";
import { excerptOf } from "../markdown/excerpt";
import { Prose } from "../markdown/prose";
import { useText } from "../text/language";

interface BubbleProps {
  message: MessageView;
  isExpanded: boolean;
  onToggle(): void;
}

const isHangul = (said: string): boolean =>
  /\p{Script=Hangul}/u.test(said) && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(said);

export function Bubble({ message, isExpanded, onToggle }: BubbleProps) {
  const text = useText();
  if (message.text === null)
    return (
      <div className="bubble" data-kind="deleted">
        <Ban aria-hidden />
        {text.chat.deleted}
      </div>
    );
  const excerpt = excerptOf(message.text);
  const kind = isBigEmoji(message.text) ? "emoji" : undefined;
  return (
    <div className="bubble" data-kind={kind} data-cut={(excerpt !== null && !isExpanded) || undefined}>
      <div className="prose" data-script={isHangul(message.text) ? "hangul" : undefined}>
        <Prose text={excerpt !== null && !isExpanded ? excerpt : message.text} />
      </div>
      {excerpt !== null && (
        <button type="button" className="bubble-more" aria-expanded={isExpanded} onClick={onToggle}>
          {isExpanded ? text.chat.less : text.chat.more}
        </button>
      )}
    </div>
  );
}
