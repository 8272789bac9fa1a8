// The sockets of an object: their state, an index that is rebuilt when the object wakes, and a send
// that closes sockets that stopped reading. The state of a socket is parsed, never cast.
import type * as z from "zod";
import type { EndedSessions } from "../domain/ports";
import { type CloseCode, closeCodes, inMebibytes, limits, PING, PONG, SUBPROTOCOL } from "../protocol";
import { Backlog, emptyQueue, type SocketQueue } from "./backlog";

export interface ConnectedSocket<T extends { user: string }> extends SocketQueue {
  /** The state that survives hibernation. Change it through `SocketIndex.setState`. */
  state: T;
}

export class SocketIndex<T extends { user: string; session: string; issuedAt: number; connectedAt: number }> {
  /** Bound: `socketsPerUser` sockets for each member, each with a state of at most 2 KiB. */
  #sockets: Map<WebSocket, ConnectedSocket<T>> | null = null;
  readonly #backlog = new Backlog(() => this.#index().values());
  /**
   * The same sockets by user. Every turn asks for every member whether they have one. Bound: the
   * sockets of `#sockets`.
   */
  readonly #byUser = new Map<string, Set<ConnectedSocket<T>>>();
  /**
   * Called with the state of a socket that has left the index. Nothing else may hold that state.
   */
  onClosing: (state: T) => void = () => {};

  constructor(
    private readonly ctx: DurableObjectState,
    private readonly schema: z.ZodType<T>,
  ) {
    // The runtime answers heartbeats, so they do not wake the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /**
   * Accepts the server's end so that the object may hibernate. Closes the oldest sockets of the
   * account beyond the limit.
   */
  accept(socket: WebSocket, state: T): ConnectedSocket<T> {
    const all = this.#index();
    const count = this.#byUser.get(state.user)?.size ?? 0;
    if (count >= limits.socketsPerUser) this.#closeOldest(state.user, count - limits.socketsPerUser + 1);
    this.ctx.acceptWebSocket(socket, [state.user]);
    socket.serializeAttachment(state);
    const connected = { socket, state, ...emptyQueue };
    this.#add(all, connected);
    return connected;
  }

  #closeOldest(user: string, count: number): void {
    const oldestFirst = this.ofUser(user).sort((a, b) => a.state.connectedAt - b.state.connectedAt);
    for (const old of oldestFirst.slice(0, count)) {
      this.close(old, closeCodes.tooManySockets, "too many sockets of this account");
    }
  }

  /** Returns whether a user's closed sockets still hold too much memory to open another socket. */
  isBacklogFull(user: string): boolean {
    return this.#backlog.isFull(user);
  }

  get(socket: WebSocket): ConnectedSocket<T> | null {
    return this.#index().get(socket) ?? null;
  }

  /**
   * Returns the socket and the text of its frame. Null if the socket is unknown, or is closed
   * because the frame is not allowed.
   */
  readFrame(socket: WebSocket, frame: string | ArrayBuffer): { connected: ConnectedSocket<T>; text: string } | null {
    const connected = this.get(socket);
    if (!connected) return null;
    if (typeof frame === "string" && frame.length <= limits.frameBytes) return { connected, text: frame };
    this.close(connected, closeCodes.unreadable, `a frame is text of at most ${inMebibytes(limits.frameBytes)}`);
    return null;
  }

  /**
   * Returns the state of a socket, even if it is not in the index; null for an unreadable state.
   */
  stateOf(socket: WebSocket): T | null {
    return this.schema.safeParse(socket.deserializeAttachment()).data ?? null;
  }

  /** Returns every socket, without a copy. Sockets may be closed meanwhile, but none accepted. */
  each(): Iterable<ConnectedSocket<T>> {
    return this.#index().values();
  }

  get isEmpty(): boolean {
    return this.#index().size === 0;
  }

  all(): ConnectedSocket<T>[] {
    return [...this.#index().values()];
  }

  /**
   * Returns when the socket was opened or the runtime last answered its heartbeat. Epoch
   * milliseconds.
   */
  lastSeenAt({ socket, state }: ConnectedSocket<T>): number {
    const beatAt = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    return Math.max(state.connectedAt, beatAt);
  }

  ofUser(user: string): ConnectedSocket<T>[] {
    this.#index();
    return [...(this.#byUser.get(user) ?? [])];
  }

  hasUser(user: string): boolean {
    this.#index();
    return this.#byUser.has(user);
  }

  /** Replaces the state of a socket, in memory and in what survives hibernation. */
  setState(connected: ConnectedSocket<T>, state: T): void {
    connected.state = state;
    connected.socket.serializeAttachment(state);
  }

  /** Sends one encoded frame. A socket that does not read fast enough is closed with `tooSlow`. */
  send(connected: ConnectedSocket<T>, frame: string, now: number): void {
    if (!this.#backlog.canSend(connected, frame.length, now)) {
      this.close(connected, closeCodes.tooSlow, "the client does not read fast enough");
      return;
    }
    try {
      connected.socket.send(frame);
    } catch {
      // The connection is gone. The close event follows.
      this.remove(connected);
    }
  }

  close(connected: ConnectedSocket<T>, code: CloseCode, reason: string): void {
    this.remove(connected);
    try {
      connected.socket.close(code, reason);
    } catch {
      // It is closed already.
    }
  }

  /** Removes a socket from the index. `onClosing` gets its state. */
  remove(connected: ConnectedSocket<T>): void {
    if (!this.#index().delete(connected.socket)) return;
    this.#backlog.addClosed(connected);
    const { user } = connected.state;
    const ofUser = this.#byUser.get(user);
    ofUser?.delete(connected);
    if (ofUser?.size === 0) this.#byUser.delete(user);
    this.onClosing(connected.state);
  }

  /** Closes every socket of the user's sessions that have ended. */
  closeEnded({ user, tokensFrom, openSessions }: EndedSessions): void {
    const open = new Set(openSessions);
    for (const connected of this.ofUser(user)) {
      const { session, issuedAt } = connected.state;
      if (open.has(session) || issuedAt > tokensFrom) continue;
      this.close(connected, closeCodes.sessionRevoked, "the session has ended");
    }
  }

  #add(index: Map<WebSocket, ConnectedSocket<T>>, connected: ConnectedSocket<T>): void {
    index.set(connected.socket, connected);
    const { user } = connected.state;
    const ofUser = this.#byUser.get(user);
    if (ofUser) ofUser.add(connected);
    else this.#byUser.set(user, new Set([connected]));
  }

  #index(): Map<WebSocket, ConnectedSocket<T>> {
    if (this.#sockets) return this.#sockets;
    const index = new Map<WebSocket, ConnectedSocket<T>>();
    for (const socket of this.ctx.getWebSockets()) {
      // The object closed this socket before it hibernated, and the peer has not answered yet.
      if (socket.readyState !== WebSocket.READY_STATE_OPEN) continue;
      const parsed = this.schema.safeParse(socket.deserializeAttachment());
      if (parsed.success) this.#add(index, { socket, state: parsed.data, ...emptyQueue });
      // The state is of a version that this code cannot read. The client reconnects.
      else socket.close(closeCodes.restarted, "the server was updated");
    }
    this.#sockets = index;
    return index;
  }
}

/** Close codes that a peer may not send. Bound: constant. */
const unsendable = new Set([1005, 1006, 1015]);

/** Completes the closing handshake. Without it the client would wait for its timeout. */
export function answerClose(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(unsendable.has(code) ? 1000 : code, reason);
  } catch {
    // It is closed already, or the connection is gone.
  }
}

/** Returns the answer to an upgrade that the object accepted. */
export function upgradeResponse(client: WebSocket): Response {
  return new Response(null, { status: 101, webSocket: client, headers: { "sec-websocket-protocol": SUBPROTOCOL } });
}

const REFUSAL_HEADER = "x-parley-close";

/**
 * Returns an object's refusal of an upgrade. No socket is opened, because even a closing socket
 * would keep the object awake.
 */
export const refusalResponse = (code: CloseCode): Response =>
  new Response(null, { status: 403, headers: { [REFUSAL_HEADER]: String(code) } });

/** Returns the code of an object's refusal; null if the object accepted the upgrade. */
export function refusalCodeOf(response: Response): CloseCode | null {
  const code = Number(response.headers.get(REFUSAL_HEADER));
  return Object.values(closeCodes).find((known) => known === code) ?? null;
}

/**
 * Refuses an upgrade in the only way that a browser can read: opens the socket and closes it with a
 * code.
 */
export function refuseUpgrade(code: CloseCode, reason: string): Response {
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
  server.accept();
  server.close(code, reason);
  return upgradeResponse(client);
}
