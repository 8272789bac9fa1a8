// Sets the read mark and the unread-from mark of a member, and delivers them to viewers and to the
// member's other devices.
import type { ConnectedSocket } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

/** What the marks of members use. */
export type ReadMarkParts = Pick<
  Channel,
  | "memberStates"
  | "stateSaver"
  | "inboxRows"
  | "log"
  | "sockets"
  | "fanOut"
  | "markDeliveries"
  | "roster"
  | "notifications"
  | "broadcaster"
  | "now"
>;

/** The most seen messages in the state of a socket, which has at most 2 KiB. */
const SEEN_UNSAVED_MAX = 32;

/**
 * Raises the read mark of a member, which never goes back, and takes the messages that they report
 * as seen. Returns the mark after that.
 */
export function markRead(
  channel: ReadMarkParts,
  user: string,
  { seq, seen }: { seq: number; seen: readonly number[] },
  connected: ConnectedSocket<ChannelSocketState> | null,
): number {
  const { memberStates, log, sockets, fanOut, roster, notifications } = channel;
  if (seen.length > 0) markSeen(channel, user, seen, connected);
  const hadUnreadFrom = memberStates.clearUnread(user, seq, channel.now());
  if (!memberStates.raise(user, seq, roster.visibleHead(user, log.head))) {
    if (hadUnreadFrom) fanOut.deliver(user, "urgent");
    notifications.onMarkedRead(user);
    return memberStates.readOf(user);
  }
  const read = memberStates.readOf(user);
  // The socket state survives hibernation without a row. Without a socket the mark needs the row.
  if (connected) sockets.setState(connected, { ...connected.state, read });
  else channel.stateSaver.saveStateOf(user, channel.now());
  const signal = { type: "read.marked", channel: log.header.channel, user, seq: read } as const;
  const showsReceipts = roster.member(user).receipts && !roster.isLarge;
  if (showsReceipts) channel.broadcaster.broadcast({ type: "signal", signal });
  // Without receipts, and in a large channel, the mark reaches the member's other devices only
  // through the inbox.
  if (roster.isLarge) channel.markDeliveries.onMarked(user);
  else fanOut.deliver(user, showsReceipts ? "urgent" : "required");
  notifications.onMarkedRead(user);
  return read;
}

/** Takes the messages that a member reports as seen. A higher read mark leaves them seen. */
function markSeen(
  { inboxRows, stateSaver, sockets, fanOut, now }: ReadMarkParts,
  user: string,
  seen: readonly number[],
  connected: ConnectedSocket<ChannelSocketState> | null,
): void {
  if (!inboxRows.unseen.markSeen(user, seen)) return;
  const unsaved = [...(connected?.state.seen ?? []), ...seen];
  const isSaved = connected === null || unsaved.length > SEEN_UNSAVED_MAX;
  if (isSaved) stateSaver.saveStateOf(user, now());
  // The socket state survives hibernation without a row.
  if (connected) sockets.setState(connected, { ...connected.state, seen: isSaved ? [] : unsaved });
  fanOut.deliver(user, "required");
}

/**
 * Sets a channel to unread from a message on, only for this member. Returns the read mark, which
 * does not move.
 */
export function markUnread(
  { memberStates, fanOut, log, now }: Pick<ReadMarkParts, "memberStates" | "fanOut" | "log" | "now">,
  user: string,
  seq: number,
): number {
  memberStates.setUnread(user, Math.min(seq, log.head), now());
  fanOut.deliver(user, "urgent");
  return memberStates.readOf(user);
}

/** Whether a member sees no marks of others: in a large channel, or while they block the other. */
const isAlone = ({ roster }: Pick<Channel, "roster">, me: string): boolean => roster.isLarge || !roster.isReached(me);

type VisibleReadParts = Pick<Channel, "memberStates" | "roster">;

/**
 * Returns the read marks of members who show their receipts, by user; or only that of `me`.
 */
export function visibleReads({ memberStates, roster }: VisibleReadParts, me: string): Record<string, number> {
  if (isAlone({ roster }, me)) return { [me]: memberStates.readOf(me) };
  return Object.fromEntries([...memberStates.reads].filter(([user]) => roster.get(user)?.receipts));
}

/** The same as JSON, without the brackets. Ids have no characters that JSON escapes. */
export function encodedReads({ memberStates, roster }: VisibleReadParts, me: string): string {
  if (isAlone({ roster }, me)) return `"${me}":${memberStates.readOf(me)}`;
  let encoded = "";
  for (const [user, seq] of memberStates.reads) {
    if (roster.get(user)?.receipts) encoded += encoded === "" ? `"${user}":${seq}` : `,"${user}":${seq}`;
  }
  return encoded;
}
