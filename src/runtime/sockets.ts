// The sockets of an object, tamed once: identity in the attachment (parsed, never cast), an index that is rebuilt on waking,
// and a broadcast that closes whoever has stopped reading.
import type * as z from "zod";
import { type CloseCode, closeCodes, limits, SUBPROTOCOL } from "../protocol";
import { Backlog, emptyQueue, type SocketQueue } from "./backlog";

export interface ConnectedSocket<T extends { user: string }> extends SocketQueue {
  /** What survives hibernation; change it through `SocketIndex.keep`. */
  state: T;
}

export class SocketIndex<T extends { user: string; session: string; connectedAt: number }> {
  #known: Map<WebSocket, ConnectedSocket<T>> | null = null;
  readonly #backlog = new Backlog(() => this.#index().values());
  /** The same by person: who is here is asked for every member of every turn. */
  readonly #byUser = new Map<string, Set<ConnectedSocket<T>>>();
  /** Called before a socket is given up, whoever gave it up: the last moment of what only its attachment holds. */
  onClosing: (state: T) => void = () => {};

  constructor(
    private readonly ctx: DurableObjectState,
    private readonly schema: z.ZodType<T>,
  ) {}

  /** Accepts the server's end so that the object may hibernate with it. Closes the account's oldest socket beyond the limit. */
  accept(socket: WebSocket, state: T): ConnectedSocket<T> {
    const all = this.#index();
    const mine = this.ofUser(state.user).sort((a, b) => a.state.connectedAt - b.state.connectedAt);
    for (const old of mine.slice(0, Math.max(0, mine.length - limits.socketsPerUser + 1))) {
      this.close(old, closeCodes.tooManySockets, "another device took its place");
    }
    this.ctx.acceptWebSocket(socket, [state.user]);
    socket.serializeAttachment(state);
    const connected = { socket, state, ...emptyQueue };
    this.#add(all, connected);
    return connected;
  }

  /** Whether somebody has left so much unread that they may not open another socket yet. */
  isBacklogFull(user: string): boolean {
    return this.#backlog.isFull(user);
  }

  get(socket: WebSocket): ConnectedSocket<T> | null {
    return this.#index().get(socket) ?? null;
  }

  /** The socket, where it is one of ours and sent a text of the size of a frame; for anything else it is closed. */
  readFrame(socket: WebSocket, frame: string | ArrayBuffer): { connected: ConnectedSocket<T>; text: string } | null {
    const connected = this.get(socket);
    if (!connected) return null;
    if (typeof frame === "string" && frame.length <= limits.frameBytes) return { connected, text: frame };
    this.close(connected, closeCodes.unreadable, "text frames of at most 1.5 MiB");
    return null;
  }

  /** What a socket carries, in the index or not. */
  stateOf(socket: WebSocket): T | null {
    return this.schema.safeParse(socket.deserializeAttachment()).data ?? null;
  }

  all(): ConnectedSocket<T>[] {
    return [...this.#index().values()];
  }

  /** The last sign of life of a socket: its opening, or the last heartbeat that the runtime answered. Epoch milliseconds. */
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

  /** Replaces the attachment, in memory and in what survives hibernation. */
  setState(connected: ConnectedSocket<T>, state: T): void {
    connected.state = state;
    connected.socket.serializeAttachment(state);
  }

  /** Sends one encoded frame; a socket that cannot keep up is closed with a code that says resume. */
  send(connected: ConnectedSocket<T>, frame: string, now: number): void {
    if (!this.#backlog.canSend(connected, frame.length, now)) {
      this.close(connected, closeCodes.tooSlow, "resume from your cursor");
      return;
    }
    try {
      connected.socket.send(frame);
    } catch {
      // The peer is gone and its close event is on the way.
      this.remove(connected);
    }
  }

  close(connected: ConnectedSocket<T>, code: CloseCode, reason: string): void {
    this.remove(connected);
    try {
      connected.socket.close(code, reason);
    } catch {
      // Closed already.
    }
  }

  /** Takes a socket out of the index; its attachment is handed on first. */
  remove(connected: ConnectedSocket<T>): void {
    if (!this.#index().delete(connected.socket)) return;
    this.#backlog.addClosed(connected);
    const { user } = connected.state;
    const mine = this.#byUser.get(user);
    mine?.delete(connected);
    if (mine?.size === 0) this.#byUser.delete(user);
    this.onClosing(connected.state);
  }

  /** Closes every socket of sessions that have ended. */
  closeSessions(sessions: readonly string[]): void {
    const ended = new Set(sessions);
    for (const connected of this.all()) {
      if (ended.has(connected.state.session)) this.close(connected, closeCodes.sessionRevoked, "signed out");
    }
  }

  #add(known: Map<WebSocket, ConnectedSocket<T>>, connected: ConnectedSocket<T>): void {
    known.set(connected.socket, connected);
    const { user } = connected.state;
    const mine = this.#byUser.get(user);
    if (mine) mine.add(connected);
    else this.#byUser.set(user, new Set([connected]));
  }

  #index(): Map<WebSocket, ConnectedSocket<T>> {
    if (this.#known) return this.#known;
    const known = new Map<WebSocket, ConnectedSocket<T>>();
    for (const socket of this.ctx.getWebSockets()) {
      // Closed by us before a hibernation, and its peer has not answered: nobody's any more.
      if (socket.readyState !== WebSocket.READY_STATE_OPEN) continue;
      const parsed = this.schema.safeParse(socket.deserializeAttachment());
      if (parsed.success) this.#add(known, { socket, state: parsed.data, ...emptyQueue });
      // An attachment of a version this code cannot read: the client reconnects and gets one it can.
      else socket.close(closeCodes.restarted, "reconnect");
    }
    this.#known = known;
    return known;
  }
}

/** Codes that say how a connection ended and may not be sent. */
const unsendable = new Set([1005, 1006, 1015]);

/** Finishes the closing handshake: without an answer the other side waits for its own timeout. */
export function answerClose(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(unsendable.has(code) ? 1000 : code, reason);
  } catch {
    // Closed already, or gone without a word.
  }
}

/** The answer to an upgrade that the object accepted. */
export function upgradeResponse(client: WebSocket): Response {
  return new Response(null, { status: 101, webSocket: client, headers: { "sec-websocket-protocol": SUBPROTOCOL } });
}

const REFUSAL_HEADER = "x-parley-close";

/** An object's refusal of an upgrade. It opens nothing: an open socket, even one being closed, would keep the object awake. */
export const refusalResponse = (code: CloseCode): Response =>
  new Response(null, { status: 403, headers: { [REFUSAL_HEADER]: String(code) } });

/** The code of an object's refusal; null for an upgrade it took. */
export function refusalCodeOf(response: Response): CloseCode | null {
  const code = Number(response.headers.get(REFUSAL_HEADER));
  return Object.values(closeCodes).find((known) => known === code) ?? null;
}

/** Refuses an upgrade in the one way a browser can read: by opening the socket and closing it with a code. */
export function refuseUpgrade(code: CloseCode, reason: string): Response {
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
  server.accept();
  server.close(code, reason);
  return upgradeResponse(client);
}
