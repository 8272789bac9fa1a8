import type { ParleyError } from "../parley-error";

/**
 * The part of a WebSocket that the client uses. The sockets of browsers, Node, Workers and the `ws`
 * package all have it.
 */
export interface SocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  /** `error` is the refusal that closed a substitute for a WebSocket. */
  addEventListener(type: "close", listener: (event: { code: number; error?: ParleyError | undefined }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
}

export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

/**
 * The close code for a socket that the client no longer needs. The server treats every other code
 * as a dropped connection [S103].
 */
export const NORMAL_CLOSURE = 1000;

/** How long a socket waits for `hello` before it is given up. */
export const OPEN_TIMEOUT_MS = 15_000;
