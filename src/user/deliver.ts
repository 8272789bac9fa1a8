// A channel says that it moved on. Every connected device hears it at once; a row is written only when the stored one goes stale.
import { becomesDirty } from "../domain/inbox";
import type { InboxRow } from "../protocol";
import { tellDevices } from "./telling";
import type { User } from "./user";

/** Answers whether a device heard it. After `asleep` the row is dirty, so that the next device to connect asks the channel. */
export function deliver(user: User, row: InboxRow): "awake" | "held" | "asleep" {
  const { inbox } = user;
  user.heard.set(row.channel, row);
  if (becomesDirty(inbox.get(row.channel), row)) inbox.put(row, true);
  const heard = tellDevices(user, { rows: [row] });
  if (heard === "asleep") inbox.taint(row.channel);
  return heard;
}
