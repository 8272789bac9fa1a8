// Prepares the erasure of a channel: a deleted group, or a group that its last member left. The
// directory calls it again until nothing is left.
import { ChatError } from "../../domain/error";
import { closeCodes } from "../../protocol";
import type { Channel } from "../channel";

/**
 * Removes what other places hold of a channel without members: sockets, inbox rows, the archive,
 * references to files. Returns false if something is left after about 20 s. Throws `temporary` if
 * the channel has members, or if an archive request that failed may still store rows.
 */
export async function releaseChannel({
  log,
  fileReports,
  roster,
  sockets,
  fanOut,
  inboxRemovals,
  archiver,
  memberStates,
}: Pick<
  Channel,
  "log" | "fileReports" | "roster" | "sockets" | "fanOut" | "inboxRemovals" | "archiver" | "memberStates"
>): Promise<boolean> {
  if (roster.members.length > 0) throw new ChatError("temporary", "the channel has members");
  for (const connected of sockets.all()) sockets.close(connected, closeCodes.removed, "deleted");
  await fanOut.deliveriesEnded();
  inboxRemovals.repeat();
  await fanOut.deliveriesEnded();
  log.files.dropAll();
  const [isArchiveEmpty, areFilesReported] = await Promise.all([archiver.clear(), fileReports.report()]);
  return isArchiveEmpty && areFilesReported && memberStates.leaving.size === 0;
}
