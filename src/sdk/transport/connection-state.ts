import type { ParleyError } from "../parley-error";

/** How frames travel: over a WebSocket, or over HTTP if sockets are blocked. */
export type Transport = "socket" | "long-polling" | "polling";

/**
 * The state of a connection. `waiting`: the last attempt or connection failed because of `error`,
 * and the next attempt is at `retryAt`, in epoch milliseconds, or when the program calls
 * `retryNow()`. The pauses grow up to half a minute, so that a server that restarts is not flooded.
 */
export type ConnectionState =
  | { state: "idle" }
  | { state: "connecting"; attempt: number }
  | { state: "online"; transport: Transport }
  | { state: "waiting"; attempt: number; retryAt: number; error: ParleyError }
  | { state: "signed-out" };
