import { shownLine } from "../../protocol";
import type { MessageDelivery, MessageView } from "../../sdk";
import { errorTexts } from "../app/explain";
import { useText } from "../app/use-text";
import { useCopy } from "../controls/use-copy";
import { useActions } from "./message-actions";

interface FailureProps {
  message: MessageView;
  delivery: Extract<MessageDelivery, { state: "failed" }>;
}

const REFUSED_LENGTH = 400;

/**
 * Below a message that was not sent or changed: the reason and what to do. The text is kept until
 * the person retries or discards it.
 */
export function Failure({ message, delivery }: FailureProps) {
  const text = useText();
  const actions = useActions();
  const [copied, copy] = useCopy();
  const isUnsent = message.seq === null;
  const refused = delivery.change === "edit" ? delivery.text : undefined;
  const content = refused ?? (isUnsent ? message.text : null);
  return (
    <div className="failure">
      {refused !== undefined && (
        <blockquote className="failure-text" dir="auto">
          <strong>{text.message.refused}</strong> {shownLine(refused, REFUSED_LENGTH)}
        </blockquote>
      )}
      <p>
        <strong>{isUnsent ? text.chat.failedSend : text.chat.failedChange}</strong> {errorTexts(text)[delivery.code]}
      </p>
      <div className="failure-actions">
        <button type="button" className="link-button" onClick={() => actions.retry(message.key)}>
          {text.chat.retry}
        </button>
        <button type="button" className="link-button" onClick={() => actions.discard(message.key)}>
          {isUnsent ? text.chat.remove : text.chat.dismiss}
        </button>
        {content !== null && (
          <button type="button" className="link-button" onClick={() => copy(content)}>
            {copied ? text.app.copied : text.chat.copy}
          </button>
        )}
      </div>
    </div>
  );
}
