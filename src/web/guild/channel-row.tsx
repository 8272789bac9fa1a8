import {
  ArrowDown,
  ArrowUp,
  BellOff,
  Ellipsis,
  KeyRound,
  Link as LinkIcon,
  Lock,
  LockOpen,
  Pencil,
  PenOff,
  Trash2,
} from "lucide-react";
import { Suspense, useState } from "react";
import { Link } from "wouter";
import type { GuildHandle, GuildView, InboxEntry } from "../../sdk";
import { cappedCount } from "../../text/count";
import { guildsText } from "../../text/guilds";
import { moderationText } from "../../text/moderation";
import { ErrorBoundary } from "../app/error-boundary";
import { explain } from "../app/explain";
import { routes } from "../app/routes";
import { isSilenced, mentionsIn, unreadOf } from "../app/unread";
import { useMoment } from "../app/use-moment";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { Confirm } from "../controls/confirm";
import { type Point, pointBelow } from "../controls/floating";
import { IconButton } from "../controls/icon-button";
import { type Choice, Menu } from "../controls/menu";
import { useSave } from "../controls/use-save";
import { channelIcons } from "./channel-icons";
import { type ListedChannel, moveBy } from "./channel-order";
import { AccessDialog, ChannelForm, GuildInvitesDialog } from "./guild-dialogs";
import { useGuildInvitesOffered } from "./use-guild";
import { VoiceRoom } from "./voice-room";

interface ChannelRowProps {
  handle: GuildHandle;
  view: GuildView;
  channel: ListedChannel;
  /** The channels of the same category, in their order. */
  siblings: readonly ListedChannel[];
  /** What is unread; null while it is not known. */
  entry: InboxEntry | null;
  isCurrent: boolean;
  onMoved(name: string): void;
}

export function ChannelRow({ handle, view, channel, siblings, entry, isCurrent, onMoved }: ChannelRowProps) {
  const text = useText();
  const { tree: words, channel: channelWords } = useWords(guildsText);
  const { lock } = useWords(moderationText);
  const { background } = useRoute();
  const [menu, setMenu] = useState<Point | null>(null);
  const [open, setOpen] = useState<"invites" | "edit" | "access" | "delete" | null>(null);
  const [saving, save] = useSave();
  const now = useMoment(entry ? [entry.mutedUntil] : []);
  const { id, name, type } = channel;
  const Icon = channelIcons[type];
  const unread = entry ? unreadOf(entry) : 0;
  const mentions = entry ? mentionsIn(entry.row) : 0;
  const isMuted = entry !== null && isSilenced(entry, now);
  const isKept = view.deleteAt === null;
  const offersInvites = useGuildInvitesOffered();

  const close = () => setOpen(null);
  const move = (step: -1 | 1) => {
    const position = moveBy(siblings, id, step);
    if (position === null) return null;
    return () =>
      void save(async () => {
        await handle.channels.change(id, { position });
        onMoved(name);
      });
  };
  const choices: Choice[] = [];
  if (view.permissions.includes("invite") && isKept && offersInvites)
    choices.push({ icon: LinkIcon, label: words.invite, run: () => setOpen("invites") });
  if (channel.permissions.includes("manage_channels") && isKept) {
    choices.push({ icon: Pencil, label: words.edit, run: () => setOpen("edit") });
    const [up, down] = [move(-1), move(1)];
    if (up) choices.push({ icon: ArrowUp, label: words.up, run: up });
    if (down) choices.push({ icon: ArrowDown, label: words.down, run: down });
    if (view.permissions.includes("send")) {
      const isLocked = channel.locked === true;
      const turn = () => void save(() => handle.channels.lock(id, !isLocked));
      choices.push({ icon: isLocked ? LockOpen : Lock, label: isLocked ? lock.off : lock.on, run: turn });
    }
  }
  if (channel.permissions.includes("manage_roles") && isKept)
    choices.push({ icon: KeyRound, label: words.permissions, run: () => setOpen("access") });
  if (channel.permissions.includes("manage_channels") && isKept)
    choices.push({ icon: Trash2, label: words.delete, tone: "danger", run: () => setOpen("delete") });

  return (
    <div className="tree-row" data-current={isCurrent || undefined} aria-busy={saving.state === "busy" || undefined}>
      <Link
        href={routes.chat(id)}
        className="tree-link"
        aria-current={isCurrent ? "page" : undefined}
        data-unread={(entry?.isUnread && !isMuted) || undefined}
        data-muted={isMuted || undefined}
        state={{ from: background }}
        replace={isCurrent}
        onContextMenu={(event) => {
          if (choices.length === 0) return;
          event.preventDefault();
          setMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        <Icon aria-hidden />
        <span className="unseen">{words.types[type]}: </span>
        <span className="tree-name" dir="auto">
          {name}
        </span>
        {type === "voice" && <VoiceRoom channel={id} isOn={entry?.row.call !== undefined} />}
        {channel.locked && (
          <>
            <PenOff className="channel-muted" aria-hidden />
            <span className="unseen">{lock.state}</span>
          </>
        )}
        {isMuted && (
          <>
            <BellOff className="channel-muted" aria-hidden />
            <span className="unseen">{text.chats.muted}</span>
          </>
        )}
        {entry?.isUnread && unread === 0 && <UnreadDot isMuted={isMuted} />}
        {(mentions > 0 || entry?.isMentioned) && (
          <span className="badge" data-kind="mention">
            <span aria-hidden>@</span>
            <span className="unseen">{text.message.mentionsYou}</span>
          </span>
        )}
        {unread > 0 && (
          <span className="badge" data-kind={isMuted ? "muted" : undefined}>
            <span aria-hidden>{cappedCount(unread)}</span>
            <span className="unseen">{text.chats.unread(unread)}</span>
          </span>
        )}
      </Link>
      {choices.length > 0 && (
        <IconButton
          icon={Ellipsis}
          label={words.channelMenu(name)}
          aria-haspopup="menu"
          onClick={(event) => setMenu(pointBelow(event.currentTarget))}
        />
      )}
      {saving.state === "failed" && (
        <p className="tree-problem" role="alert">
          {explain(saving.thrown, text)}
        </p>
      )}
      {menu && <Menu label={words.channelMenu(name)} point={menu} choices={choices} onClose={() => setMenu(null)} />}
      {open !== null && (
        <ErrorBoundary>
          <Suspense>
            {open === "invites" && <GuildInvitesDialog handle={handle} view={view} channel={id} onClose={close} />}
            {open === "edit" && <ChannelForm handle={handle} view={view} channel={channel} onClose={close} />}
            {open === "access" && (
              <AccessDialog
                handle={handle}
                view={view}
                place={{ channel: id }}
                name={name}
                isInCategory={channel.category !== null}
                mine={channel.permissions}
                onClose={close}
              />
            )}
          </Suspense>
        </ErrorBoundary>
      )}
      {open === "delete" && (
        <Confirm
          title={channelWords.deleteTitle(name)}
          hint={channelWords.deleteHint}
          action={words.delete}
          onConfirm={() => handle.channels.delete(id)}
          onClose={close}
        />
      )}
    </div>
  );
}

/** Says that a large channel has something unread, which is not counted. */
function UnreadDot({ isMuted }: { isMuted: boolean }) {
  const text = useText();
  return (
    <span className="tree-dot" data-muted={isMuted || undefined}>
      <span className="unseen">{text.servers.hasUnread}</span>
    </span>
  );
}
