import type { ChannelView, InboxEntry } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { fullTime } from "../../text/times";
import { useLocale, useText, useWords } from "../app/use-text";
import { useGuild } from "../guild/use-guild";

interface ComposerClosedProps {
  view: ChannelView;
  entry: InboxEntry | null;
  /** Whether the other person of a direct channel has deleted their account. */
  isOtherGone: boolean;
}

/** Says why this person cannot write, in place of the composer. */
export function ComposerClosed({ view, entry, isOtherGone }: ComposerClosedProps) {
  const text = useText();
  const locale = useLocale();
  const { timeOut } = useWords(moderationText);
  const { timedOutUntil } = view;
  return (
    <p className="composer-closed" role="status">
      {isOtherGone ? (
        text.chats.deletedWrite
      ) : timedOutUntil !== null ? (
        timeOut.mine(fullTime(timedOutUntil, locale))
      ) : entry?.guild === undefined ? (
        text.groups.readOnly
      ) : (
        <ClosedInGuild guild={entry.guild} channel={entry.id} />
      )}
    </p>
  );
}

/** A channel of a guild may be locked. */
function ClosedInGuild({ guild, channel }: { guild: string; channel: string }) {
  const text = useText();
  const { lock } = useWords(moderationText);
  const { view } = useGuild(guild);
  const isLocked = view?.channels.find(({ id }) => id === channel)?.locked === true;
  return isLocked ? lock.locked : text.groups.readOnly;
}
