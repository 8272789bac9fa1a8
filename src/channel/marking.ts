import type { Attached } from "../runtime/sockets";
import type { Attachment } from "./attachment";
import type { Channel } from "./channel";

/** Raises a person's mark and tells everyone who looks on, their own other devices too. Answers where the mark stands. */
export function markRead(channel: Channel, user: string, seq: number, attached: Attached<Attachment> | null): number {
  const { standing, log, sockets, fanOut } = channel;
  if (!standing.raise(user, seq, log.head)) return standing.readOf(user);
  const read = standing.readOf(user);
  // The attachment outlives hibernation without a row; without a socket there is only the row.
  if (attached) sockets.keep(attached, { ...attached.attachment, read });
  else standing.save(channel.now());
  channel.broadcast({ type: "signal", signal: { type: "read.marked", channel: log.header.channel, user, seq: read } });
  fanOut.tell(user, true);
  return read;
}
