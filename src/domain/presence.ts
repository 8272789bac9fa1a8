// What somebody is seen as: their devices merged into one.
import { limits, type PresenceMode, type PresenceStatus } from "../protocol";

export interface VisiblePresence {
  status: PresenceStatus;
  /** When they were last there; null while they are, and where nobody may know. */
  activeAt: number | null;
}

/** What crosses from one person's object to another's. Of two the one with the higher version holds. */
export interface PresenceUpdate extends VisiblePresence {
  user: string;
  version: number;
}

export interface DeviceState {
  /** The last sign of life. */
  lastSeenAt: number;
  isActive: boolean;
}

/** Whether a device may still be there. */
export const isWithinLease = ({ lastSeenAt }: DeviceState, now: number): boolean => now - lastSeenAt < limits.leaseMs;

/** When the last of the devices will be given up unless it is heard of again. */
export const leaseEnd = (devices: readonly DeviceState[]): number =>
  Math.max(...devices.map(({ lastSeenAt }) => lastSeenAt)) + limits.leaseMs;

/** Whether a device that went without a word at `absentAt` may still come back as if nothing had been. */
export const isWithinGracePeriod = (absentAt: number | null, now: number): boolean =>
  absentAt !== null && now - absentAt < limits.graceMs;

/** `absentAt`: when a device went without a word and none has come since. As long as that may be a mere drop, the status before holds. */
export function statusOf(
  mode: PresenceMode,
  devices: readonly DeviceState[],
  now: number,
  before: PresenceStatus,
  absentAt: number | null,
): PresenceStatus {
  if (mode === "invisible") return "offline";
  const alive = devices.filter((device) => isWithinLease(device, now));
  const isHeld = isWithinGracePeriod(absentAt, now);
  if (alive.length === 0) return isHeld ? before : "offline";
  if (mode === "dnd") return "dnd";
  // The one that was in use may be the one that dropped.
  return alive.some(({ isActive }) => isActive) || (isHeld && before === "online") ? "online" : "away";
}
