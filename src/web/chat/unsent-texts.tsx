import { shownLine } from "../../protocol";
import type { ChannelHandle, RefusedText } from "../../sdk";
import { errorTexts } from "../app/explain";
import { useText } from "../app/use-text";
import { useCopy } from "../controls/use-copy";

const SHOWN_LENGTH = 400;

interface UnsentTextsProps {
  handle: ChannelHandle;
  texts: readonly RefusedText[];
}

/** Texts that were not sent and that no row of the list shows. Each can be retried and copied. */
export function UnsentTexts({ handle, texts }: UnsentTextsProps) {
  const text = useText();
  if (texts.length === 0) return null;
  return (
    <ul className="unsent-texts" aria-label={text.chat.unsentTexts}>
      {texts.map((one) => (
        <UnsentText
          key={one.key}
          content={one.text}
          reason={`${one.change === "edit" ? text.chat.failedChange : text.chat.failedSend} ${errorTexts(text)[one.code]}`}
          onRetry={() => handle.retry(one.key)}
          onDelete={() => handle.discard(one.key)}
        />
      ))}
    </ul>
  );
}

interface UnsentTextProps {
  content: string;
  reason: string;
  /** Left out for a draft, which nobody tried to send. */
  onRetry?: () => void;
  onDelete(): void;
}

export function UnsentText({ content, reason, onRetry, onDelete }: UnsentTextProps) {
  const text = useText();
  const [copied, copy] = useCopy();
  return (
    <li className="failure">
      <blockquote className="failure-text" dir="auto">
        {shownLine(content, SHOWN_LENGTH)}
      </blockquote>
      <p>{reason}</p>
      <div className="failure-actions">
        {onRetry && (
          <button type="button" className="link-button" onClick={onRetry}>
            {text.chat.retry}
          </button>
        )}
        <button type="button" className="link-button" onClick={() => copy(content)}>
          {copied ? text.app.copied : text.chat.copy}
        </button>
        <button type="button" className="link-button" onClick={onDelete}>
          {text.chat.remove}
        </button>
      </div>
    </li>
  );
}
