// Why a server closes a socket. The range alone tells a client what to do: 4000-4099 come back, 4100-4199 sign in again, 4200-4299 stay away.

export const closeCodes = {
  /** The client fell behind; it resumes from its cursor. */
  tooSlow: 4001,
  /** The object met an error and starts again. */
  restarted: 4002,
  /** The access token is from before a sign-out; a fresh one may be accepted. */
  tokenStale: 4004,
  /** The session was signed out or revoked. */
  sessionRevoked: 4100,
  /** The account may no longer read this channel. */
  removed: 4200,
  /** A frame larger than 1.5 MiB, or not text. */
  unreadable: 4201,
  /** More sockets of this account than an object holds: the oldest goes, and coming back would push out another. */
  tooManySockets: 4202,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
export type CloseAction = "resume" | "sign-in" | "stop";

/** What a client does after its socket closed with `code`. Codes outside 4000-4299 (1006 above all) mean the network: come back. */
export function closeAction(code: number): CloseAction {
  if (code >= 4100 && code < 4200) return "sign-in";
  if (code >= 4200 && code < 4300) return "stop";
  return "resume";
}
