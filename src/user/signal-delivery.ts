// Sends personal signals to the devices of the person: a call that rings, and the end of that.
import { silenceReason } from "../domain/notification-preferences";
import type { SignalResult } from "../domain/ports";
import { defaultNotifyLevel, type NotifyLevel, type PersonalSignal } from "../protocol";
import type { Settings } from "./settings";
import type { UserParts } from "./user";

/**
 * Delivers a signal to every device. A call does not ring in a channel that the person has muted or
 * turned off, in their quiet hours, and while they do not want to be disturbed. The end of a ring
 * is always sent. A device that polls late finds the call in its inbox row, so nothing is stored.
 */
export function deliverSignal(
  { settings, devices }: Pick<UserParts, "settings" | "devices">,
  signal: PersonalSignal,
  now: number,
): SignalResult {
  if (signal.type === "ring.started" && isSilenced(settings, signal.channel, now)) return "silenced";
  return devices.signal(signal) === "offline" ? "offline" : "sent";
}

/** A call is for the person, so the level `mentions` does not silence it. */
function isSilenced(settings: Settings, channel: string, now: number): boolean {
  const mute = settings.get(`mute ${channel}`)?.value;
  const level = settings.get(`level ${channel}`)?.value;
  const presence = settings.get("presence")?.value;
  const notifications = settings.get("notifications")?.value;
  const chosen: NotifyLevel = level?.kind === "level" ? level.level.level : defaultNotifyLevel;
  const preferences = {
    level: chosen,
    mutedUntil: mute?.kind === "mute" ? mute.mute.until : 0,
    quiet: notifications?.kind === "notifications" ? notifications.notifications.quiet : null,
    isDoNotDisturb: presence?.kind === "presence" && presence.presence === "dnd",
  };
  return silenceReason(preferences, true, now) !== null;
}
