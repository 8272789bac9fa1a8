// The codes with which a server closes a socket. The range tells a client what to do: 4000-4099
// reconnect, 4100-4199 sign in again, 4200-4299 do not reconnect.

export const closeCodes = {
  /** The client did not read fast enough. It resumes from its cursor. */
  tooSlow: 4001,
  /** The object restarts after an error. */
  restarted: 4002,
  /** The access token was issued before a sign-out. A fresh one may be accepted. */
  tokenStale: 4004,
  /** The client sent too many frames, or opened sockets too often. It waits and resumes. */
  rateLimited: 4005,
  /** The session was signed out or revoked. */
  sessionRevoked: 4100,
  /** The account may no longer read this channel. */
  removed: 4200,
  /** The frame was larger than `frameBytes`, or not text. */
  unreadable: 4201,
  /**
   * The account opened more than `socketsPerUser` sockets. The oldest is closed. If that client
   * reconnected, another socket would be closed.
   */
  tooManySockets: 4202,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
export type CloseAction = "resume" | "sign-in" | "stop";

/**
 * Returns what a client does after its socket closed with `code`. Codes outside 4000-4299, such as
 * 1006, are failures of the network: the client reconnects.
 */
export function closeAction(code: number): CloseAction {
  if (code >= 4100 && code < 4200) return "sign-in";
  if (code >= 4200 && code < 4300) return "stop";
  return "resume";
}
