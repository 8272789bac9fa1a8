// Sets the read mark and the unread-from mark of a member, and delivers them to viewers and to the
// member's other devices.
import type { ConnectedSocket } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

/** What the marks of members use. */
export type ReadMarkParts = Pick<
  Channel,
  "memberStates" | "log" | "sockets" | "fanOut" | "roster" | "notifications" | "broadcaster" | "now"
>;

/** Raises the read mark of a member, which never goes back. Returns the mark after that. */
export function markRead(
  channel: ReadMarkParts,
  user: string,
  seq: number,
  connected: ConnectedSocket<ChannelSocketState> | null,
): number {
  const { memberStates, log, sockets, fanOut, roster, notifications } = channel;
  const hadUnreadFrom = memberStates.clearUnread(user, seq, channel.now());
  if (!memberStates.raise(user, seq, log.head)) {
    if (hadUnreadFrom) fanOut.deliver(user, "urgent");
    notifications.onMarkedRead(user);
    return memberStates.readOf(user);
  }
  const read = memberStates.readOf(user);
  // The socket state survives hibernation without a row. Without a socket the mark needs the row.
  if (connected) sockets.setState(connected, { ...connected.state, read });
  else memberStates.save(channel.now());
  const signal = { type: "read.marked", channel: log.header.channel, user, seq: read } as const;
  const showsReceipts = roster.member(user).receipts;
  if (showsReceipts) channel.broadcaster.broadcast({ type: "signal", signal });
  // Without receipts the mark reaches the member's other devices only through the inbox.
  fanOut.deliver(user, showsReceipts ? "urgent" : "required");
  notifications.onMarkedRead(user);
  return read;
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

/** Returns the read marks of members who show their receipts, by user. */
export function visibleReads({
  memberStates,
  roster,
}: Pick<Channel, "memberStates" | "roster">): Record<string, number> {
  return Object.fromEntries([...memberStates.reads].filter(([user]) => roster.get(user)?.receipts));
}
