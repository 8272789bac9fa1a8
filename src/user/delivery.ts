// Sends the inbox rows of the channels to the devices of a person, and their removal.
import type { DeliveredRow } from "../domain/block";
import type { DeliveryResult } from "../domain/ports";
import type { InboxRow } from "../protocol";
import type { Devices } from "./devices";
import type { UserParts } from "./user";

/**
 * Delivers a channel's row. `viewingDevices` have the channel open. After the results `offline` and
 * `viewing` the channel delivers nothing for some time, so the row is marked dirty: the next device
 * that connects wakes the channel.
 */
export function deliverRow(
  { inbox, devices }: Pick<UserParts, "inbox" | "devices">,
  delivered: DeliveredRow,
  viewingDevices: readonly string[],
): DeliveryResult {
  const row = inbox.deliver(delivered);
  const result = sendRow(devices, row, viewingDevices);
  inbox.moves.delivered(row, result, Date.now());
  if (result === "offline" || result === "viewing") inbox.stored.markDirty(row.channel);
  return result;
}

/**
 * Delivers the row of a large channel that no device of the person has open. Without a mention only
 * the mark of the person matters, so the row is stored as it is and no device needs to wake the
 * channel. The channel then delivers the next mention although no device is connected.
 */
export function settleRow(parts: Pick<UserParts, "inbox" | "devices">, delivered: DeliveredRow): DeliveryResult {
  const { inbox, devices } = parts;
  const row = inbox.rowOf(delivered);
  if (row.mentions > 0 || row.unseen) return deliverRow(parts, delivered, []);
  inbox.settle(row);
  const result = sendRow(devices, row, []);
  inbox.moves.delivered(row, result, Date.now());
  return result === "offline" ? "idle" : result;
}

function sendRow(devices: Devices, row: InboxRow, viewingDevices: readonly string[]): DeliveryResult {
  const reached = devices.broadcast({ rows: [row] });
  if (reached !== "delivered") return reached;
  if (!devices.isInUse()) return "idle";
  return devices.areAllIn(viewingDevices) ? "viewing" : "delivered";
}

/**
 * Removes a channel that the person left. The order: first the row, so that no sync finds it, then
 * the devices, then the watches that depended on the channel, which asks the directory.
 */
export async function removeChannel(
  { inbox, devices, presence, watches }: Pick<UserParts, "inbox" | "devices" | "presence" | "watches">,
  channel: string,
  user: string,
): Promise<void> {
  inbox.remove(channel);
  devices.broadcast({ gone: [channel] });
  await Promise.all([presence.pruneWatchers(), watches.pruneWatched(user)]);
}
