// The actions on a message, and who may use them.
import { createContext, useContext } from "react";
import { channelKinds } from "../../protocol";
import type { MessageView } from "../../sdk";
import type { Point } from "../controls/floating";
import type { ChannelContext } from "./channel-context";

export interface MessageActions {
  edit(message: MessageView): void;
  remove(message: MessageView): void;
  retry(key: string): void;
  discard(key: string): void;
  /** Adds the reaction, or removes it if it is mine. */
  react(message: MessageView, emoji: string): void;
  pickEmoji(message: MessageView, point: Point): void;
  reply(message: MessageView): void;
  /** Opens the thread of a message; null inside a thread. */
  openThread: ((seq: number) => void) | null;
  jumpTo(seq: number): void;
  togglePin(message: MessageView): void;
  /** Sets the channel to unread from a message; null if messages cannot be set to unread. */
  markUnread: ((message: MessageView) => void) | null;
  showVersions(message: MessageView): void;
  showReaders(message: MessageView): void;
  forward(message: MessageView): void;
  report(message: MessageView): void;
  /** Asks which recent messages of the author to delete. */
  purge(message: MessageView): void;
  /** Asks whether to block the author. */
  block(message: MessageView): void;
  unblock(user: string): void;
  openMenu(message: MessageView, point: Point): void;
  toggleLength(key: string): void;
  choose(key: string): void;
}

const Actions = createContext<MessageActions | null>(null);
export const MessageActionsProvider = Actions.Provider;

export function useActions(): MessageActions {
  const actions = useContext(Actions);
  if (!actions) throw new Error("A message is shown outside a log.");
  return actions;
}

/** Returns the actions that I may use on a message. Unconfirmed and deleted messages have none. */
export function allowedActions(message: MessageView, { me, kind, guild, may, isBlocked }: ChannelContext) {
  const mine = message.author === me;
  const isOfGuild = channelKinds[kind].roster === "by_view";
  const isLive = message.seq !== null && message.state === "live";
  return {
    react: isLive && may("react"),
    reply: isLive && may("send"),
    thread: isLive && may("send") && (!isOfGuild || may("thread")),
    forward: isLive && !isBlocked(message.author),
    pin: isLive && may("pin"),
    edit: isLive && mine && (!isOfGuild || may("edit_own")),
    remove: isLive && ((mine && (!isOfGuild || may("delete_own"))) || may("delete_any")),
    markUnread: message.seq !== null && !mine,
    seeVersions: isLive && message.edited,
    report: message.seq !== null && !mine,
    purge: message.seq !== null && !mine && guild !== null && may("delete_any"),
  };
}
