// Decides whether this browser's push subscription has to be registered with the server again.
import type { Me } from "../../protocol";

/** What this browser registered with the server last. */
export interface RegisteredDevice {
  user: string;
  session: string;
  endpoint: string;
  /** The server's id of the subscription. */
  device: string;
  at: number;
}

const DAY_MS = 86_400_000;

/**
 * What to do at a start.
 * `register`: the server does not have this subscription and session.
 * `check`: the registration is a day old, and the server may have removed it since.
 * `subscribe`: the browser has lost its subscription.
 * `unsubscribe`: the subscription belongs to another person or to nobody.
 */
export type Renewal = "none" | "register" | "check" | "subscribe" | "unsubscribe";

export function renewalOf(
  last: RegisteredDevice | null,
  endpoint: string | null,
  me: Pick<Me, "id" | "session">,
  now: number,
): Renewal {
  if (last?.user !== me.id) return endpoint === null && last === null ? "none" : "unsubscribe";
  if (endpoint === null) return "subscribe";
  if (last.endpoint !== endpoint || last.session !== me.session) return "register";
  return now - last.at >= DAY_MS || now < last.at ? "check" : "none";
}

/** Reads a stored registration; null if it cannot be read. */
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
