// A setting that changed. The order is the same for every kind: charge, store, send to the devices,
// write to the directory. What a step refuses reaches no later step.
import { mayReach } from "../domain/block";
import { ChatError } from "../domain/error";
import type { Setting } from "../domain/ports";
import type { PresenceMode } from "../protocol";
import { settingsUpdateOf } from "./inbox";
import type { UserParts } from "./user";

type DraftSetting = Extract<Setting, { kind: "draft" }>;

/**
 * Charges and stores a setting that the person changed, and writes it to the directory if push
 * needs it. Throws `rate_limited`, `too_many_drafts`, `too_many_blocks` and `draft_outdated`;
 * `temporary` if only the write failed.
 */
export async function changeSetting(
  parts: Pick<UserParts, "rates" | "settings" | "devices" | "settingWriter">,
  user: string,
  setting: Setting,
): Promise<null> {
  parts.rates.takeSetting(setting.kind);
  saveSetting(parts, user, setting.kind === "draft" ? dated(setting) : setting);
  await parts.settingWriter.write().catch(() => {
    // Logged by the writer, which repeats it.
    throw new ChatError("temporary");
  });
  return null;
}

/**
 * Ends the watches between a person and one whom they block now. Call it after `changeSetting`,
 * also if that failed: the block may be stored.
 */
export function hideBlocked(
  { settings, presence, watches }: Pick<UserParts, "settings" | "presence" | "watches">,
  me: string,
  setting: Setting,
): void {
  if (setting.kind !== "block" || mayReach(settings, setting.block.user)) return;
  presence.hideFrom(me, setting.block.user);
  watches.endWatch(setting.block.user);
}

/**
 * Dates a draft that has an age by the clock of this object, which is the same for all devices. A
 * device's own clock may be wrong.
 */
function dated(setting: DraftSetting): DraftSetting {
  if (setting.ageMs === undefined) return setting;
  return { ...setting, draft: { ...setting.draft, at: Math.max(0, Date.now() - setting.ageMs) } };
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

/** Stores a setting and sends it to every device. Throws `too_many_drafts` and `draft_outdated`. */
function saveSetting(
  { settings, devices }: Pick<UserParts, "settings" | "devices">,
  user: string,
  setting: Setting,
): void {
  settings.put(user, setting);
  devices.broadcast(settingsUpdateOf([setting]));
}
