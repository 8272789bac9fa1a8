// Whether this browser's subscription is the person's own, and whether the server has to be told of it again.
import type { Me } from "../../protocol";

/** What this browser told the server last. */
export interface RegisteredDevice {
  user: string;
  session: string;
  endpoint: string;
  /** The server's name for it. */
  device: string;
  at: number;
}

const DAY_MS = 86_400_000;

/**
 * `tell`: the server does not know it like this. `check`: it did a day ago, and may have been asked to forget it since. `again`: the
 * browser lost it. `leave`: nobody here asked for it.
 */
export type Renewal = "nothing" | "tell" | "check" | "again" | "leave";

export function renewalOf(
  told: RegisteredDevice | null,
  endpoint: string | null,
  me: Pick<Me, "id" | "session">,
  now: number,
): Renewal {
  if (told?.user !== me.id) return endpoint === null && told === null ? "nothing" : "leave";
  if (endpoint === null) return "again";
  if (told.endpoint !== endpoint || told.session !== me.session) return "tell";
  return now - told.at >= DAY_MS || now < told.at ? "check" : "nothing";
}

/** Null for what cannot be read. */
export function readRegisteredDevice(stored: string | null): RegisteredDevice | null {
  try {
    const { user, session, endpoint, device, at }: Partial<Record<keyof RegisteredDevice, unknown>> = JSON.parse(
      stored ?? "null",
    );
    const isWhole =
      [user, session, endpoint, device].every((part) => typeof part === "string") && typeof at === "number";
    return isWhole
      ? { user: String(user), session: String(session), endpoint: String(endpoint), device: String(device), at }
      : null;
  } catch {
    return null;
  }
}
