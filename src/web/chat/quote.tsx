import type { Quote as QuoteData } from "../../protocol";
import { useText } from "../app/use-text";
import { contentLine } from "../people/content-line";
import { useChannelContext } from "./channel-context";
import { useActions } from "./message-actions";

const QUOTED_LENGTH = 140;

/** The quoted message above a reply. A click goes to it. */
export function Quote({ quote, isTabbable }: { quote: QuoteData; isTabbable: boolean }) {
  const text = useText();
  const actions = useActions();
  const { name, isBlocked } = useChannelContext();
  const author = name(quote.author);
  if (quote.state === "deleted")
    return (
      <p className="quote" data-gone>
        {text.message.quoteGone}
      </p>
    );
  const excerpt = isBlocked(quote.author)
    ? text.chat.blocked
    : contentLine({ text: quote.preview ?? "", attachments: quote.attachments }, QUOTED_LENGTH, text);
  return (
    <button
      type="button"
      className="quote"
      tabIndex={isTabbable ? 0 : -1}
      aria-label={text.message.quoteOf(author, excerpt)}
      onClick={() => actions.jumpTo(quote.seq)}
    >
      <strong dir="auto">{author}</strong>
      <span dir="auto">{excerpt}</span>
    </button>
  );
}
