// Handles `wake`, by which a user object asks for its row and for further deliveries.
import { ChatError, fail, type RpcResult, succeed } from "../../domain/error";
import type { InboxRow } from "../../protocol";
import type { Channel } from "../channel";

/** Resumes deliveries to a member. Returns their inbox row, or `not_found` for a non-member. */
export function wakeMember(
  channel: Pick<Channel, "roster" | "inboxRows" | "fanOut" | "notifications"> | null,
  user: string,
): RpcResult<InboxRow> {
  if (!channel?.roster.get(user)) return fail(new ChatError("not_found"));
  const row = channel.inboxRows.rowOf(user);
  channel.fanOut.onWake(user, row);
  channel.notifications.onWake(user);
  return succeed(row);
}
