import { encodeFrame, type FrameOf } from "../protocol";
import type { Shown } from "./inbox";
import type { User } from "./user";

/**
 * Says something live to every device that listens. `awake`: by a socket; `held`: only by a held poll, whose device may have gone without a
 * word; `asleep`: none does.
 */
export function tellDevices(
  user: User,
  news: Partial<Pick<FrameOf<"inbox">, "rows" | "gone" | keyof Shown>>,
): "awake" | "held" | "asleep" {
  const devices = user.sockets.all();
  if (devices.length === 0 && user.pollers.isEmpty) return "asleep";
  const live: FrameOf<"inbox"> = { type: "inbox", rows: [], ...news, more: false };
  const frame = encodeFrame(live);
  for (const device of devices) user.sockets.send(device, frame, user.now());
  user.pollers.call(live);
  return devices.length > 0 ? "awake" : "held";
}
