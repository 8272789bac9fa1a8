// Chooses the transport for all connections of one client. Sockets are the first choice. If a
// socket is refused twice in a row while HTTP works, the client falls back to held polls, and to
// plain polls if the network cuts held ones. Every attempt first fetches a token over HTTP, so a
// server that is down is not mistaken for a network that blocks sockets. While the client polls, it
// tries a socket in the background. Once the server greets one, all connections return to sockets
// and resume from their cursors.
import { closeAction, DEVICE_SUBPROTOCOL_PREFIX, limits, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../../protocol";
import type { AccessTokens } from "./access-tokens";
import type { Transport } from "./connection-state";
import type { Environment } from "./environment";
import { LongPollLimiter } from "./long-poll-limiter";
import { PollingSocket } from "./polling-socket";
import { SocketProbe } from "./socket-probe";
import type { SocketLike } from "./web-socket";

/**
 * How many refused sockets in a row mean that sockets are blocked. A single refusal may be chance.
 */
const MAX_REFUSALS = 2;

/** A connection that reconnects by itself. */
export interface Connection {
  /** Reconnects over the transport that is in use from here on. */
  reopen(): void;
  /** The connection stays open, and its transport has another name. */
  transportChanged(transport: Transport): void;
}

interface ConnectionStatus {
  isSocket: boolean;
  isOpen: boolean;
  /** Sockets refused in a row. */
  refusals: number;
}

export class TransportSelection {
  readonly tokens: AccessTokens;
  readonly #environment: Environment;
  readonly #isAuto: boolean;
  readonly #longPolls: LongPollLimiter;
  readonly #probe: SocketProbe;
  readonly #connections = new Map<Connection, ConnectionStatus>();
  #current: Transport;
  #socketsBackAt = Number.NEGATIVE_INFINITY;

  constructor(environment: Environment, tokens: AccessTokens) {
    const { transport } = environment;
    this.tokens = tokens;
    this.#environment = environment;
    this.#isAuto = transport === "auto";
    this.#current = transport === "auto" ? "socket" : transport;
    this.#longPolls = new LongPollLimiter(this.#current !== "polling", () => this.#setPolling("polling"));
    this.#probe = new SocketProbe(environment, tokens, () => this.#returnToSockets());
  }

  get current(): Transport {
    return this.#current;
  }

  /** Makes an attempt. `token` must be newer than the failure of the last attempt. */
  open(connection: Connection, path: string, token: string): SocketLike {
    if ((this.#connections.get(connection)?.refusals ?? 0) >= MAX_REFUSALS && !this.#hasOpenSocket) this.#fallBack();
    const isSocket = this.#current === "socket";
    const refusals = isSocket ? (this.#connections.get(connection)?.refusals ?? 0) : 0;
    this.#connections.set(connection, { isSocket, isOpen: false, refusals });
    if (!isSocket) {
      if (this.#isAuto) this.#probe.start();
      return new PollingSocket(this.#environment, this.tokens, this.#longPolls, path);
    }
    const { WebSocket, origin, device } = this.#environment;
    const offered = [SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + token, DEVICE_SUBPROTOCOL_PREFIX + device];
    return new WebSocket(origin.replace(/^http/, "ws") + path, offered);
  }

  /** Records that the server said `hello`. Returns the connection's transport. */
  opened(connection: Connection): Transport {
    const status = this.#connections.get(connection);
    if (!status) return this.#current;
    status.isOpen = true;
    status.refusals = 0;
    if (!status.isSocket) return this.#current;
    if (this.#current !== "socket") this.#returnToSockets();
    return "socket";
  }

  /** Records that the connection was closed, or was never established. */
  closed(connection: Connection, code: number): void {
    const status = this.#connections.get(connection);
    if (!status) return;
    // A close code of the protocol proves that the socket reached the server.
    if (status.isSocket && !status.isOpen && !isProtocolCode(code)) status.refusals++;
    status.isOpen = false;
  }

  /** Forgets a connection that was stopped. */
  remove(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#probe.stop();
  }

  /** Tries held polls and a socket again, because the network may have changed. */
  retryNow(): void {
    if (!this.#isAuto || this.#current === "socket") return;
    this.#setPolling("long-polling");
    this.#probe.probeNow();
  }

  /** Whether some socket is open, which proves that the network does not block sockets. */
  get #hasOpenSocket(): boolean {
    return [...this.#connections.values()].some(({ isSocket, isOpen }) => isSocket && isOpen);
  }

  #fallBack(): void {
    if (!this.#isAuto || this.#current !== "socket") return;
    if (this.#environment.clock.now() - this.#socketsBackAt >= limits.backoffResetMs) this.#probe.reset();
    this.#environment.warn("sockets are refused; polling instead");
    this.#setPolling("long-polling");
  }

  #returnToSockets(): void {
    this.#probe.stop();
    this.#current = "socket";
    this.#socketsBackAt = this.#environment.clock.now();
    for (const [connection, { isSocket }] of [...this.#connections]) if (!isSocket) connection.reopen();
  }

  /** Switches between held and plain polls. Open connections stay open. */
  #setPolling(polls: "long-polling" | "polling"): void {
    if (!this.#isAuto) return;
    this.#current = polls;
    this.#longPolls.isAllowed = polls === "long-polling";
    for (const [connection, { isSocket, isOpen }] of this.#connections)
      if (isOpen && !isSocket) connection.transportChanged(polls);
  }
}

const isProtocolCode = (code: number): boolean => closeAction(code) !== "resume" || (code >= 4000 && code < 4100);
