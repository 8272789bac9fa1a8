import type { Delivery, MessageView } from "../../sdk";
import { useCopy } from "../controls/copy";
import { useText } from "../text/language";
import { useActions } from "./message-actions";

interface FailureProps {
  message: MessageView;
  code: Extract<Delivery, { state: "failed" }>["code"];
}

/** Under a message that did not arrive: why, and what to do. The text stays until somebody decides. */
export function Failure({ message, code }: FailureProps) {
  const text = useText();
  const actions = useActions();
  const [copied, copy] = useCopy();
  const isUnsent = message.seq === null;
  const { text: said } = message;
  return (
    <div className="failure">
      <p>
        <strong>{isUnsent ? text.chat.failedSend : text.chat.failedChange}</strong> {text.errors[code]}
      </p>
      <div className="failure-actions">
        <button type="button" className="link-button" onClick={() => actions.retry(message.key)}>
          {text.chat.retry}
        </button>
        <button type="button" className="link-button" onClick={() => actions.discard(message.key)}>
          {isUnsent ? text.chat.remove : text.chat.dismiss}
        </button>
        {said !== null && (
          <button type="button" className="link-button" onClick={() => copy(said)}>
            {copied ? text.app.copied : text.chat.copy}
          </button>
        )}
      </div>
    </div>
  );
}
