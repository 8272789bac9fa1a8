// A setting that changed. The order is the same for every kind: charge, store, send to the devices,
// write to the directory. What a step refuses reaches no later step.
import { ChatError } from "../domain/error";
import type { Setting } from "../domain/ports";
import type { PresenceMode } from "../protocol";
import { settingsUpdateOf } from "./inbox";
import type { UserParts } from "./user";

/**
 * Charges and stores a setting that the person changed, and writes it to the directory if push
 * needs it. Throws `rate_limited` and `too_many_drafts`; `temporary` if only the write failed.
 */
export async function changeSetting(
  parts: Pick<UserParts, "rates" | "settings" | "devices" | "settingWriter">,
  user: string,
  setting: Setting,
): Promise<null> {
  parts.rates.takeSetting(setting.kind);
  saveSetting(parts, user, setting);
  await parts.settingWriter.write().catch(() => {
    // Logged by the writer, which repeats it.
    throw new ChatError("temporary");
  });
  return null;
}

/**
 * Changes the presence mode. The directory has it already. Watchers get the new status before the
 * devices of the person get the setting.
 */
export function setPresenceMode(
  parts: Pick<UserParts, "presence" | "settings" | "devices">,
  user: string,
  mode: PresenceMode,
): void {
  parts.presence.setMode(user, mode);
  saveSetting(parts, user, { kind: "presence", presence: mode });
}

/** Stores a setting and sends it to every device. Throws `too_many_drafts`. */
function saveSetting(
  { settings, devices }: Pick<UserParts, "settings" | "devices">,
  user: string,
  setting: Setting,
): void {
  settings.put(user, setting);
  devices.broadcast(settingsUpdateOf([setting]));
}
