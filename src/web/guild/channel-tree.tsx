// The channels of a guild by category, with what is unread in them.
import { ChevronRight, Hash } from "lucide-react";
import { useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { client, useStore } from "../app/client";
import { isSilenced } from "../app/unread";
import { useMoment } from "../app/use-moment";
import { useWords } from "../app/use-text";
import { EmptyState } from "../controls/empty-state";
import { CategoryMenu } from "./category-menu";
import { type ChannelGroup, channelGroups } from "./channel-order";
import { ChannelRow } from "./channel-row";
import { rightsIn } from "./rights";

/** The categories that are folded. Kept until the page is closed. */
const folded = new Set<string>();

interface ChannelTreeProps {
  handle: GuildHandle;
  view: GuildView;
  me: Me;
  /** The open channel. */
  current: string | null;
}

export function ChannelTree({ handle, view, me, current }: ChannelTreeProps) {
  const { tree: words } = useWords(guildsText);
  const [status, setStatus] = useState("");
  const groups = channelGroups(view);
  const categories = groups.flatMap(({ category }) => category ?? []);
  const manages = rightsIn(view, me.id).may("manage_channels") && view.deleteAt === null;
  return (
    <>
      {view.channels.length === 0 && <EmptyState icon={Hash} title={words.empty} hint={words.emptyHint} />}
      <ul className="tree-groups" aria-label={words.label}>
        {groups.map((group) => (
          <li key={group.category?.id ?? "above"}>
            <Group
              handle={handle}
              view={view}
              group={group}
              categories={categories}
              current={current}
              manages={manages}
              onMoved={(name) => setStatus(words.moved(name))}
            />
          </li>
        ))}
      </ul>
      <p className="unseen" role="status">
        {status}
      </p>
    </>
  );
}

interface GroupProps {
  handle: GuildHandle;
  view: GuildView;
  group: ChannelGroup;
  categories: readonly GuildView["categories"][number][];
  current: string | null;
  manages: boolean;
  onMoved(name: string): void;
}

function Group({ handle, view, group, categories, current, manages, onMoved }: GroupProps) {
  const entries = useStore(client.guildChannels);
  const now = useMoment(entries.map((entry) => entry.mutedUntil));
  const { category, channels } = group;
  const [isFolded, setFolded] = useState(category !== null && folded.has(category.id));
  const entryOf = (id: string) => entries.find((entry) => entry.id === id) ?? null;
  const isKept = (id: string) => {
    const entry = entryOf(id);
    return id === current || (entry?.isUnread === true && !isSilenced(entry, now));
  };
  const fold = (next: boolean) => {
    if (category && next) folded.add(category.id);
    else if (category) folded.delete(category.id);
    setFolded(next);
  };
  const shown = isFolded ? channels.filter(({ id }) => isKept(id)) : channels;
  return (
    <>
      {category && (
        <div className="tree-category">
          <button type="button" className="tree-fold" aria-expanded={!isFolded} onClick={() => fold(!isFolded)}>
            <ChevronRight aria-hidden />
            <span dir="auto">{category.name}</span>
          </button>
          {manages && (
            <CategoryMenu handle={handle} view={view} category={category} siblings={categories} onMoved={onMoved} />
          )}
        </div>
      )}
      <ul>
        {shown.map((channel) => (
          <li key={channel.id}>
            <ChannelRow
              handle={handle}
              view={view}
              channel={channel}
              siblings={channels}
              entry={entryOf(channel.id)}
              isCurrent={channel.id === current}
              onMoved={onMoved}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
