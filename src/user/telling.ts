import { encodeFrame, type FrameOf } from "../protocol";
import type { User } from "./user";

/** Says something live to every device that listens, by socket or by a held poll. False where none does. */
export function tellDevices(user: User, news: { rows?: FrameOf<"inbox">["rows"]; gone?: string[] }): boolean {
  const devices = user.sockets.all();
  if (devices.length === 0 && user.pollers.isEmpty) return false;
  const live: FrameOf<"inbox"> = { type: "inbox", rows: [], ...news, more: false };
  const frame = encodeFrame(live);
  for (const device of devices) user.sockets.send(device, frame, user.now());
  user.pollers.call(live);
  return true;
}
