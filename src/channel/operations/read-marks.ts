import type { ConnectedSocket } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

/** Raises a person's mark and tells everyone who looks on, their own other devices too. Answers where the mark stands. */
export function markRead(
  channel: Channel,
  user: string,
  seq: number,
  connected: ConnectedSocket<ChannelSocketState> | null,
): number {
  const { memberStates, log, sockets, fanOut, roster, notifications } = channel;
  const wasUnread = memberStates.clearUnread(user, seq, channel.now());
  if (!memberStates.raise(user, seq, log.head)) {
    if (wasUnread) fanOut.deliver(user, "urgent");
    notifications.onMarkedRead(user);
    return memberStates.readOf(user);
  }
  const read = memberStates.readOf(user);
  // The attachment outlives hibernation without a row; without a socket there is only the row.
  if (connected) sockets.setState(connected, { ...connected.state, read });
  else memberStates.save(channel.now());
  const signal = { type: "read.marked", channel: log.header.channel, user, seq: read } as const;
  const isShown = roster.member(user).receipts;
  if (isShown) channel.broadcaster.broadcast({ type: "signal", signal });
  // Who does not show it hears of it on their other devices through the inbox alone.
  fanOut.deliver(user, isShown ? "urgent" : "required");
  notifications.onMarkedRead(user);
  return read;
}

/** Counts from a message on as unread again, for this person alone. Answers where their mark stands, which does not move. */
export function markUnread(channel: Channel, user: string, seq: number): number {
  const { memberStates, fanOut, log } = channel;
  memberStates.setUnread(user, Math.min(seq, log.head), channel.now());
  fanOut.deliver(user, "urgent");
  return memberStates.readOf(user);
}

/** The read marks of members who show theirs, by user. */
export function shownReads({ memberStates, roster }: Channel): Record<string, number> {
  return Object.fromEntries([...memberStates.reads].filter(([user]) => roster.get(user)?.receipts));
}
