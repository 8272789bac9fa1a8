// Handles `wake`, by which a user object asks for its row and for further deliveries.
import type { DeliveredRow } from "../../domain/block";
import type { Channel } from "../channel";

/** Resumes deliveries to a member. Returns their inbox row. Throws `not_found` for a non-member. */
export function wakeMember(
  channel: Pick<Channel, "roster" | "inboxRows" | "fanOut" | "notifications">,
  user: string,
): DeliveredRow {
  channel.roster.member(user);
  const row = channel.inboxRows.rowOf(user);
  channel.fanOut.onWake(user, row);
  channel.notifications.onWake(user);
  return row;
}
