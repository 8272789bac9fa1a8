import type { ChannelView } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { fullTime } from "../../text/times";
import { useLocale, useText, useWords } from "../app/use-text";

interface ComposerClosedProps {
  view: ChannelView;
  /** Whether the other person of a direct channel has deleted their account. */
  isOtherGone: boolean;
}

/** Says why this person cannot write, in place of the composer. */
export function ComposerClosed({ view, isOtherGone }: ComposerClosedProps) {
  const text = useText();
  const locale = useLocale();
  const { timeOut } = useWords(moderationText);
  const reason =
    view.timedOutUntil === null ? text.groups.readOnly : timeOut.mine(fullTime(view.timedOutUntil, locale));
  return (
    <p className="composer-closed" role="status">
      {isOtherGone ? text.chats.deletedWrite : reason}
    </p>
  );
}
