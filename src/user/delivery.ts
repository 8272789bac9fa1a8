// Sends inbox rows of the channels, and settings that changed, to the devices of a person. A
// delivered row is stored only when the stored row becomes dirty.
import { ChatError } from "../domain/error";
import { becomesDirty } from "../domain/inbox";
import type { DeliveryResult, Setting } from "../domain/ports";
import { encodeFrame, type FrameOf, type InboxRow } from "../protocol";
import { type SettingsUpdate, settingsUpdateOf } from "./inbox";
import type { UserParts } from "./user";

type InboxUpdate = Partial<Pick<FrameOf<"inbox">, "rows" | "gone" | keyof SettingsUpdate>>;

/**
 * Sends a frame to every device. `delivered`: a socket got the frame. `polling`: only a held poll
 * got the frame, and the polling device may already be gone. `offline`: no device is connected.
 */
export function broadcastToDevices(
  { sockets, heldPolls, now }: UserParts,
  update: InboxUpdate,
): "delivered" | "polling" | "offline" {
  const devices = sockets.all();
  if (devices.length === 0 && heldPolls.isEmpty) return "offline";
  const live: FrameOf<"inbox"> = { type: "inbox", rows: [], ...update, more: false };
  const frame = encodeFrame(live);
  for (const device of devices) sockets.send(device, frame, now());
  heldPolls.answerAll(live);
  return devices.length > 0 ? "delivered" : "polling";
}

/**
 * Delivers a channel's row. `viewingDevices` have the channel open. After the results `offline` and
 * `viewing` the channel delivers nothing for some time, so the row is marked dirty: the next device
 * that connects wakes the channel.
 */
export function deliverRow(parts: UserParts, row: InboxRow, viewingDevices: readonly string[] = []): DeliveryResult {
  const { inbox } = parts;
  parts.newestRows.set(row.channel, row);
  if (becomesDirty(inbox.get(row.channel), row)) inbox.put(row, true);
  const reached = broadcastToDevices(parts, { rows: [row] });
  if (reached === "delivered" && !parts.isInUse()) return "idle";
  const result = reached === "delivered" && isViewingEverywhere(parts, viewingDevices) ? "viewing" : reached;
  if (result === "offline" || result === "viewing") inbox.markDirty(row.channel);
  return result;
}

/** Whether every connected device has the channel open. */
function isViewingEverywhere({ sockets, heldPolls }: UserParts, viewingDevices: readonly string[]): boolean {
  if (!heldPolls.isEmpty) return false;
  return sockets.all().every(({ state: { device } }) => device !== null && viewingDevices.includes(device));
}

/** Stores a setting and sends it to every device. Throws `too_many_drafts`. */
export function saveSetting(parts: UserParts, user: string, setting: Setting): void {
  parts.inbox.settings.put(user, setting);
  broadcastToDevices(parts, settingsUpdateOf([setting]));
}

/**
 * Charges and stores a setting that the person changed, and writes it to the directory if push
 * needs it. Throws `rate_limited` and `too_many_drafts`; `temporary` if only the write failed.
 */
export async function changeSetting(parts: UserParts, user: string, setting: Setting): Promise<null> {
  // Requests have a bucket of their own, so that strangers do not use up the person's rate.
  parts.queryBuckets.take(setting.kind === "requests" ? "requests" : "settings", parts.now());
  saveSetting(parts, user, setting);
  await parts.settingWriter.write().catch(() => {
    // Logged by the writer, which repeats it.
    throw new ChatError("temporary");
  });
  return null;
}
