// A channel says that it moved on. Every connected device hears it at once; a row is written only when the stored one goes stale.
import { becomesDirty } from "../domain/inbox";
import type { DeliveryResult } from "../domain/ports";
import type { InboxRow } from "../protocol";
import { broadcastToDevices } from "./device-broadcast";
import type { UserParts } from "./user";

/**
 * Answers whether a device heard it. After `asleep` and `level` the row is dirty, so that the next device to connect asks the channel. `here`: the
 * devices that have the channel open.
 */
export function deliver(user: UserParts, row: InboxRow, here: readonly string[] = []): DeliveryResult {
  const { inbox } = user;
  user.newestRows.set(row.channel, row);
  if (becomesDirty(inbox.get(row.channel), row)) inbox.put(row, true);
  const accepted = broadcastToDevices(user, { rows: [row] });
  if (accepted === "delivered" && !user.isInUse()) return "idle";
  const answer = accepted === "delivered" && isViewingEverywhere(user, here) ? "viewing" : accepted;
  if (answer === "offline" || answer === "viewing") inbox.taint(row.channel);
  return answer;
}

/** Whether every device that listens has the channel open. */
function isViewingEverywhere({ sockets, pollers }: UserParts, here: readonly string[]): boolean {
  if (!pollers.isEmpty) return false;
  return sockets.all().every(({ state: { device } }) => device !== null && here.includes(device));
}
