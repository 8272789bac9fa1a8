/** How frames travel: over a WebSocket, or over HTTP if sockets are blocked. */
export type Transport = "socket" | "long-polling" | "polling";

/** The state of a connection. `retryAt` is in epoch milliseconds. */
export type ConnectionState =
  | { state: "idle" }
  | { state: "connecting"; attempt: number }
  | { state: "online"; transport: Transport }
  | { state: "waiting"; attempt: number; retryAt: number }
  | { state: "signed-out" };
