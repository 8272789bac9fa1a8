// Prepares the erasure of a channel: a deleted group, or a group that its last member left. The
// directory calls it again until nothing is left.
import { ChatError } from "../../domain/error";
import { closeCodes } from "../../protocol";
import type { Channel } from "../channel";

/**
 * Removes what other places hold of a channel without members: sockets, inbox rows, the archive.
 * Returns false if something is left after about 20 s. Throws `temporary` if the channel has
 * members, or if an archive request that failed may still store rows.
 */
export async function releaseChannel({
  roster,
  sockets,
  fanOut,
  inboxRemovals,
  archiver,
  memberStates,
}: Pick<Channel, "roster" | "sockets" | "fanOut" | "inboxRemovals" | "archiver" | "memberStates">): Promise<boolean> {
  if (roster.members.length > 0) throw new ChatError("temporary", "the channel has members");
  for (const connected of sockets.all()) sockets.close(connected, closeCodes.removed, "deleted");
  await fanOut.deliveriesEnded();
  inboxRemovals.repeat();
  await fanOut.deliveriesEnded();
  const isArchiveEmpty = await archiver.clear();
  return isArchiveEmpty && memberStates.leaving.size === 0;
}
