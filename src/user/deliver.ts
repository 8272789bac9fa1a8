// A channel says that it moved on. Every connected device hears it at once; a row is written only when the stored one goes stale.
import { becomesDirty } from "../domain/inbox";
import type { Attention } from "../domain/ports";
import type { InboxRow } from "../protocol";
import { tellDevices } from "./device-broadcast";
import type { User } from "./user";

/**
 * Answers whether a device heard it. After `asleep` and `level` the row is dirty, so that the next device to connect asks the channel. `here`: the
 * devices that have the channel open.
 */
export function deliver(user: User, row: InboxRow, here: readonly string[] = []): Attention {
  const { inbox } = user;
  user.heard.set(row.channel, row);
  if (becomesDirty(inbox.get(row.channel), row)) inbox.put(row, true);
  const heard = tellDevices(user, { rows: [row] });
  if (heard === "awake" && !user.isInUse()) return "idle";
  const answer = heard === "awake" && isLevel(user, here) ? "level" : heard;
  if (answer === "asleep" || answer === "level") inbox.taint(row.channel);
  return answer;
}

/** Whether every device that listens has the channel open. */
function isLevel({ sockets, pollers }: User, here: readonly string[]): boolean {
  if (!pollers.isEmpty) return false;
  return sockets.all().every(({ attachment: { device } }) => device !== null && here.includes(device));
}
