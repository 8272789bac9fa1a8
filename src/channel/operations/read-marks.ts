import type { Attached } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { Attachment } from "../members/socket-state";

/** Raises a person's mark and tells everyone who looks on, their own other devices too. Answers where the mark stands. */
export function markRead(channel: Channel, user: string, seq: number, attached: Attached<Attachment> | null): number {
  const { standing, log, sockets, fanOut, roster, pushing } = channel;
  const wasUnread = standing.clearUnread(user, seq, channel.now());
  if (!standing.raise(user, seq, log.head)) {
    if (wasUnread) fanOut.tell(user, "urgent");
    pushing.looked(user);
    return standing.readOf(user);
  }
  const read = standing.readOf(user);
  // The attachment outlives hibernation without a row; without a socket there is only the row.
  if (attached) sockets.keep(attached, { ...attached.attachment, read });
  else standing.save(channel.now());
  const signal = { type: "read.marked", channel: log.header.channel, user, seq: read } as const;
  const isShown = roster.member(user).receipts;
  if (isShown) channel.relay.broadcast({ type: "signal", signal });
  // Who does not show it hears of it on their other devices through the inbox alone.
  fanOut.tell(user, isShown ? "urgent" : "certain");
  pushing.looked(user);
  return read;
}

/** Counts from a message on as unread again, for this person alone. Answers where their mark stands, which does not move. */
export function markUnread(channel: Channel, user: string, seq: number): number {
  const { standing, fanOut, log } = channel;
  standing.setUnread(user, Math.min(seq, log.head), channel.now());
  fanOut.tell(user, "urgent");
  return standing.readOf(user);
}

/** The read marks of members who show theirs, by user. */
export function shownReads({ standing, roster }: Channel): Record<string, number> {
  return Object.fromEntries([...standing.reads].filter(([user]) => roster.get(user)?.receipts));
}
