// How a connection is carried, and which state it is in.
/** How frames travel: over a socket, or over HTTP where sockets are blocked. */
export type Transport = "socket" | "long-polling" | "polling";

/** Where a connection stands: each state carries only what it knows. */
export type ConnectionState =
  | { state: "idle" }
  | { state: "connecting"; attempt: number }
  | { state: "online"; transport: Transport }
  | { state: "waiting"; attempt: number; retryAt: number }
  | { state: "signed-out" };
