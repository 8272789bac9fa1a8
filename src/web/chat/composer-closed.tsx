import { channelKinds } from "../../protocol";
import type { ChannelView, InboxEntry } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { safetyText } from "../../text/safety";
import { fullTime } from "../../text/times";
import { client } from "../app/client";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { useSave } from "../controls/use-save";
import { useGuild } from "../guild/use-guild";
import { useChannelContext } from "./channel-context";

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
  const { isBlocked, me } = useChannelContext();
  const isPair = entry !== null && channelKinds[entry.kind].roster === "pair";
  const blockedOther = (isPair && entry.members.find(({ id }) => id !== me && isBlocked(id))?.id) || null;
  return (
    <p className="composer-closed" role="status">
      {isOtherGone ? (
        text.chats.deletedWrite
      ) : blockedOther !== null ? (
        <ClosedByBlock user={blockedOther} />
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

/** This person blocks the other one. */
function ClosedByBlock({ user }: { user: string }) {
  const words = useWords(safetyText);
  const { fullName } = useChannelContext();
  const [saving, save] = useSave();
  return (
    <>
      {words.closed(fullName(user))}{" "}
      <Button look="quiet" busy={saving.state === "busy"} onClick={() => void save(() => client.safety.unblock(user))}>
        {words.unblock}
      </Button>
    </>
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
