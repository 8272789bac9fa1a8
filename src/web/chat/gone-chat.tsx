// A channel that this person may not open, or no longer. Texts that could not be sent are kept.
import { MessageCircleOff } from "lucide-react";
import type { ChannelHandle, ChannelView } from "../../sdk";
import { client, useStore } from "../app/client";
import { routes } from "../app/routes";
import { useText } from "../app/use-text";
import { useKeptDraft } from "../composer/drafts";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";
import { UnsentText, UnsentTexts } from "./unsent-texts";

interface GoneChatProps {
  handle: ChannelHandle;
  view: ChannelView;
  me: string;
  /** The name that the channel had when it was last open here; null if it was not. */
  name: string | null;
  /** The guild of the channel; null for a direct channel or a group. */
  guild: string | null;
  /** Opens another address. */
  onLeave(to: string): void;
}

export function GoneChat({ handle, view, me, name, guild, onLeave }: GoneChatProps) {
  const text = useText();
  const guilds = useStore(client.guilds.all);
  const isOfGuild = guild !== null;
  /** The guild, if this person is still in it. */
  const home = guilds?.some(({ id }) => id === guild) ? guild : null;
  const [draft, discardDraft] = useKeptDraft(me, handle.id);
  const former = name ?? view.refused.findLast(({ channelName }) => channelName !== "")?.channelName ?? null;
  return (
    <section className="chat chat-gone">
      <EmptyState
        icon={MessageCircleOff}
        title={
          former === null
            ? text.chats.gone
            : isOfGuild
              ? text.servers.channelGone(former)
              : text.chats.removedFrom(former)
        }
        hint={former === null ? text.chats.goneHint : isOfGuild ? text.servers.channelGoneHint : text.chats.removedHint}
      >
        <Button onClick={() => onLeave(home === null ? routes.chats : routes.guild(home))}>
          {home === null ? text.chats.goneAction : text.servers.toServer}
        </Button>
      </EmptyState>
      <UnsentTexts handle={handle} texts={view.refused} />
      {draft.trim() !== "" && (
        <ul className="unsent-texts">
          <UnsentText content={draft} reason={text.chats.keptDraft} onDelete={discardDraft} />
        </ul>
      )}
    </section>
  );
}
