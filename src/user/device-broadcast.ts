import { encodeFrame, type FrameOf } from "../protocol";
import type { SettingsUpdate } from "./inbox";
import type { UserParts } from "./user";

/**
 * Says something live to every device that listens. `awake`: by a socket; `held`: only by a held poll, whose device may have gone without a
 * word; `asleep`: none does.
 */
export function broadcastToDevices(
  user: UserParts,
  news: Partial<Pick<FrameOf<"inbox">, "rows" | "gone" | keyof SettingsUpdate>>,
): "delivered" | "polling" | "offline" {
  const devices = user.sockets.all();
  if (devices.length === 0 && user.pollers.isEmpty) return "offline";
  const live: FrameOf<"inbox"> = { type: "inbox", rows: [], ...news, more: false };
  const frame = encodeFrame(live);
  for (const device of devices) user.sockets.send(device, frame, user.now());
  user.pollers.answerAll(live);
  return devices.length > 0 ? "delivered" : "polling";
}
