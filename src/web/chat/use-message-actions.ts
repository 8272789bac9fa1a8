import { useMemo, useState } from "react";
import type { ChannelHandle, MessageView } from "../../sdk";
import { client } from "../app/client";
import type { Point } from "../controls/floating";
import type { MessageActions } from "./message-actions";

export interface Choices {
  me: string;
  onEdit(message: MessageView): void;
  onDelete(message: MessageView): void;
  onReply(message: MessageView): void;
  onThread: ((seq: number) => void) | null;
  onJump(seq: number): void;
  onMarkUnread: ((message: MessageView) => void) | null;
  onChoose(key: string): void;
}

/** What floats over a list for one of its messages. */
export type Overlay =
  | { kind: "menu" | "picker"; message: MessageView; point: Point }
  | { kind: "versions" | "readers" | "forward" | "report" | "block" | "purge"; message: MessageView };

const isMine = ({ reactions }: MessageView, emoji: string, me: string): boolean =>
  reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(me));

export function useMessageActions(handle: ChannelHandle, choices: Choices) {
  const { me, onEdit, onDelete, onReply, onThread, onJump, onMarkUnread, onChoose } = choices;
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  // Kept here because rows lose their state when they scroll away.
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());

  const actions = useMemo<MessageActions>(
    () => ({
      edit: onEdit,
      remove: onDelete,
      retry: (key) => handle.retry(key),
      discard: (key) => handle.discard(key),
      react: (message, emoji) => {
        if (message.seq === null) return;
        if (isMine(message, emoji, me)) handle.unreact(message.seq, emoji);
        else handle.react(message.seq, emoji);
      },
      pickEmoji: (message, point) => setOverlay({ kind: "picker", message, point }),
      reply: onReply,
      openThread: onThread,
      jumpTo: onJump,
      togglePin: (message) => {
        if (message.seq === null) return;
        if (message.pin.by === null) handle.pin(message.seq);
        else handle.unpin(message.seq);
      },
      markUnread: onMarkUnread,
      showVersions: (message) => setOverlay({ kind: "versions", message }),
      showReaders: (message) => setOverlay({ kind: "readers", message }),
      forward: (message) => setOverlay({ kind: "forward", message }),
      report: (message) => setOverlay({ kind: "report", message }),
      purge: (message) => setOverlay({ kind: "purge", message }),
      block: (message) => setOverlay({ kind: "block", message }),
      unblock: (user) => void client.safety.unblock(user).catch(console.warn),
      openMenu: (message, point) => setOverlay({ kind: "menu", message, point }),
      toggleLength: (key) =>
        setExpanded((open) =>
          open.has(key) ? new Set([...open].filter((one) => one !== key)) : new Set([...open, key]),
        ),
      choose: onChoose,
    }),
    [handle, me, onEdit, onDelete, onReply, onThread, onJump, onMarkUnread, onChoose],
  );

  /** Closes only the given overlay: a menu that closes has often opened the next one. */
  const close = (closing: Overlay) => setOverlay((open) => (open === closing ? null : open));
  return { actions, overlay, closeOverlay: close, expanded };
}
