// What somebody is seen as: their devices merged into one.
import { limits, type PresenceMode, type PresenceStatus } from "../protocol";

export interface Presence {
  status: PresenceStatus;
  /** When they were last there; null while they are, and where nobody may know. */
  activeAt: number | null;
}

/** What crosses from one person's object to another's. Of two the one with the higher version holds. */
export interface PresenceNote extends Presence {
  user: string;
  version: number;
}

export interface DeviceState {
  /** The last sign of life. */
  heardAt: number;
  isActive: boolean;
}

/** Whether a device may still be there. */
export const isAlive = ({ heardAt }: DeviceState, now: number): boolean => now - heardAt < limits.leaseMs;

/** When the last of the devices will be given up unless it is heard of again. */
export const leaseEnd = (devices: readonly DeviceState[]): number =>
  Math.max(...devices.map(({ heardAt }) => heardAt)) + limits.leaseMs;

/** `absentAt`: since when no device is connected, where that is short enough to be a mere drop; the status before holds as long. */
export function statusOf(
  mode: PresenceMode,
  devices: readonly DeviceState[],
  now: number,
  before: PresenceStatus,
  absentAt: number | null,
): PresenceStatus {
  if (mode === "invisible") return "offline";
  const alive = devices.filter((device) => isAlive(device, now));
  if (alive.length === 0) return absentAt !== null && now - absentAt < limits.graceMs ? before : "offline";
  if (mode === "dnd") return "dnd";
  return alive.some(({ isActive }) => isActive) ? "online" : "away";
}
