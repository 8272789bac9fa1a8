// The presence of a person, merged from their devices.
import { limits, type PresenceMode, type PresenceStatus } from "../protocol";

export interface VisiblePresence {
  status: PresenceStatus;
  /** When the person was last online; null while they are online, or if this is hidden. */
  activeAt: number | null;
}

/**
 * The presence that one user object sends to another. The update with the highest version counts.
 */
export interface PresenceUpdate extends VisiblePresence {
  user: string;
  version: number;
}

export interface DeviceState {
  /** When the device connected or last sent a heartbeat. Epoch milliseconds. */
  lastSeenAt: number;
  isActive: boolean;
}

/** Whether the last heartbeat of a device is recent enough to count it as connected. */
export const isWithinLease = ({ lastSeenAt }: DeviceState, now: number): boolean => now - lastSeenAt < limits.leaseMs;

/**
 * Returns when the last lease of the devices ends, unless a heartbeat renews a lease. Epoch
 * milliseconds.
 */
export const leaseEnd = (devices: readonly DeviceState[]): number =>
  Math.max(...devices.map(({ lastSeenAt }) => lastSeenAt)) + limits.leaseMs;

/**
 * Whether a device was lost at `absentAt` without a deliberate close, recently enough that presence
 * stays.
 */
export const isWithinGracePeriod = (absentAt: number | null, now: number): boolean =>
  absentAt !== null && now - absentAt < limits.graceMs;

/**
 * Returns the status of a person. `before`: the previous status, which stays within the grace
 * period. `absentAt`: when a device was lost without a deliberate close and none has connected
 * since; else null.
 */
export function statusOf(
  mode: PresenceMode,
  devices: readonly DeviceState[],
  now: number,
  before: PresenceStatus,
  absentAt: number | null,
): PresenceStatus {
  if (mode === "invisible") return "offline";
  const connected = devices.filter((device) => isWithinLease(device, now));
  const isInGrace = isWithinGracePeriod(absentAt, now);
  if (connected.length === 0) return isInGrace ? before : "offline";
  if (mode === "dnd") return "dnd";
  // The device that was in use may be the one that was lost.
  return connected.some(({ isActive }) => isActive) || (isInGrace && before === "online") ? "online" : "away";
}
