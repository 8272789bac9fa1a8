// The channels of a guild by category, with what is unread in them.
import { ChevronRight, Hash } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { isSilenced } from "../app/unread";
import { useMoment } from "../app/use-moment";
import { useText, useWords } from "../app/use-text";
import { EmptyState } from "../controls/empty-state";
import { useSave } from "../controls/use-save";
import { CategoryMenu } from "./category-menu";
import { type ChannelGroup, channelGroups, mayMoveChannel } from "./channel-order";
import { ChannelRow } from "./channel-row";
import { rightsIn } from "./rights";
import type { TreeMove } from "./tree-moves";

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
  const text = useText();
  const { tree: words } = useWords(guildsText);
  const [status, setStatus] = useState("");
  const [moving, save] = useSave();
  const list = useRef<HTMLUListElement>(null);
  const groups = channelGroups(view);
  const categories = groups.flatMap(({ category }) => category ?? []);
  const manages = rightsIn(view, me.id).may("manage_channels") && view.deleteAt === null;
  const onMove = (move: TreeMove) =>
    void save(async () => {
      const { channels } = handle;
      if ("channel" in move) await channels.change(move.channel, move.change);
      else await channels.changeCategory(move.category, move.change);
      const moved = "channel" in move ? move.channel : move.category;
      setStatus(words.moved([...view.channels, ...view.categories].find(({ id }) => id === moved)?.name ?? ""));
    });
  useTreeDrag(list, view, manages || view.channels.some((channel) => mayMoveChannel(view, channel)) ? onMove : null);
  return (
    <>
      {view.channels.length === 0 && <EmptyState icon={Hash} title={words.empty} hint={words.emptyHint} />}
      <ul ref={list} className="tree-groups" aria-label={words.label} aria-busy={moving.state === "busy" || undefined}>
        {groups.map((group) => (
          <li key={group.category?.id ?? "above"} data-category={group.category?.id ?? ""}>
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
      {moving.state === "failed" && (
        <p className="tree-problem" role="alert">
          {explain(moving.thrown, text)}
        </p>
      )}
      <p className="unseen" role="status">
        {status}
      </p>
    </>
  );
}

/** Lets a person drag in the tree. `onMove`: null if they may move nothing. */
function useTreeDrag(
  list: RefObject<HTMLUListElement | null>,
  view: GuildView,
  onMove: ((move: TreeMove) => void) | null,
): void {
  const latest = useRef({ view, onMove });
  latest.current = { view, onMove };
  const mayMove = onMove !== null;
  useEffect(() => {
    if (!mayMove) return;
    let detach: (() => void) | null = null;
    let isGone = false;
    import("./tree-drag").then(({ attachTreeDrag }) => {
      if (isGone || !list.current) return;
      const onMove = (move: TreeMove) => latest.current.onMove?.(move);
      detach = attachTreeDrag(list.current, { view: () => latest.current.view, onMove });
      // Without a connection the menus still move.
    }, console.warn);
    return () => {
      isGone = true;
      detach?.();
    };
  }, [list, mayMove]);
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
        <div className="tree-category" draggable={manages || undefined}>
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
          <li key={channel.id} data-channel={channel.id} draggable={mayMoveChannel(view, channel) || undefined}>
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
