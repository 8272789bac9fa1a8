/** The part of a WebSocket the client uses: those of browsers, Node, Workers and the `ws` package all have it. */
export interface SocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
}

export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

/** How a client closes a socket that it does not want any more; every other code is a drop [S103]. */
export const MEANT = 1000;

/** A socket that has not been greeted by then is given up. */
export const OPEN_TIMEOUT_MS = 15_000;
