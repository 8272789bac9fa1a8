// Which way to the server is open, for all connections of one client. Sockets come first. Where a socket is refused twice in a row while
// HTTP works (each attempt fetches a token over it), polls take its place: held ones, and plain ones where something in between cuts those
// that are held. A dead server refuses the token too, so that nobody takes it for a network that blocks sockets. Meanwhile a socket is
// tried in the background; once one is greeted, everything goes back to sockets and resumes on its cursor.
import { closeAction, DEVICE_SUBPROTOCOL_PREFIX, limits, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../../protocol";
import type { AccessTokens } from "./access-tokens";
import type { Transport } from "./connection-state";
import type { Environment } from "./environment";
import { Holding } from "./long-poll-limiter";
import { PollingSocket } from "./polling-socket";
import { SocketProbe } from "./socket-probe";
import type { SocketLike } from "./web-socket";

/** One may be an accident. */
const REFUSALS = 2;

/** A connection that keeps coming back. */
export interface Line {
  /** Another transport is in use: comes back on that one. */
  move(): void;
  /** It goes on as it is, by another name. */
  renamed(transport: Transport): void;
}

interface Standing {
  isSocket: boolean;
  isGreeted: boolean;
  /** Sockets refused in a row. */
  refusals: number;
}

export class Transports {
  readonly tokens: AccessTokens;
  readonly #environment: Environment;
  readonly #isAuto: boolean;
  readonly #holding: Holding;
  readonly #probe: SocketProbe;
  readonly #lines = new Map<Line, Standing>();
  #current: Transport;
  #backAt = Number.NEGATIVE_INFINITY;

  constructor(environment: Environment, tokens: AccessTokens) {
    const { transport } = environment;
    this.tokens = tokens;
    this.#environment = environment;
    this.#isAuto = transport === "auto";
    this.#current = transport === "auto" ? "socket" : transport;
    this.#holding = new Holding(this.#current !== "polling", () => this.#goTo("polling"));
    this.#probe = new SocketProbe(environment, tokens, () => this.#comeBack());
  }

  get current(): Transport {
    return this.#current;
  }

  /** Another attempt of a line, with a token that was fetched since the last one failed. */
  open(line: Line, path: string, token: string): SocketLike {
    if ((this.#lines.get(line)?.refusals ?? 0) >= REFUSALS && !this.#isProven) this.#fallBack();
    const isSocket = this.#current === "socket";
    const refusals = isSocket ? (this.#lines.get(line)?.refusals ?? 0) : 0;
    this.#lines.set(line, { isSocket, isGreeted: false, refusals });
    if (!isSocket) {
      if (this.#isAuto) this.#probe.start();
      return new PollingSocket(this.#environment, this.tokens, this.#holding, path);
    }
    const { WebSocket, origin, device } = this.#environment;
    const offered = [SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + token, DEVICE_SUBPROTOCOL_PREFIX + device];
    return new WebSocket(origin.replace(/^http/, "ws") + path, offered);
  }

  /** The line's connection said hello. Answers how it is carried. */
  greeted(line: Line): Transport {
    const standing = this.#lines.get(line);
    if (!standing) return this.#current;
    standing.isGreeted = true;
    standing.refusals = 0;
    if (!standing.isSocket) return this.#current;
    if (this.#current !== "socket") this.#comeBack();
    return "socket";
  }

  /** The line's connection was closed, or never came to be. */
  lost(line: Line, code: number): void {
    const standing = this.#lines.get(line);
    if (!standing) return;
    // A server that says why it closes was reached.
    if (standing.isSocket && !standing.isGreeted && !isOfProtocol(code)) standing.refusals++;
    standing.isGreeted = false;
  }

  /** The line wants no connection any more. */
  leave(line: Line): void {
    this.#lines.delete(line);
    if (this.#lines.size === 0) this.#probe.stop();
  }

  /** The network may be another one. */
  retryNow(): void {
    if (!this.#isAuto || this.#current === "socket") return;
    this.#goTo("long-polling");
    this.#probe.hurry();
  }

  /** Whether some socket is open: then whatever refuses others does not block them all. */
  get #isProven(): boolean {
    return [...this.#lines.values()].some(({ isSocket, isGreeted }) => isSocket && isGreeted);
  }

  #fallBack(): void {
    if (!this.#isAuto || this.#current !== "socket") return;
    if (this.#environment.clock.now() - this.#backAt >= limits.backoffResetMs) this.#probe.reset();
    this.#environment.warn("sockets are refused: going on with polls");
    this.#goTo("long-polling");
  }

  #comeBack(): void {
    this.#probe.stop();
    this.#current = "socket";
    this.#backAt = this.#environment.clock.now();
    for (const [line, { isSocket }] of [...this.#lines]) if (!isSocket) line.move();
  }

  /** From one kind of polls to the other, nothing has to be opened anew. */
  #goTo(polls: "long-polling" | "polling"): void {
    if (!this.#isAuto) return;
    this.#current = polls;
    this.#holding.isAllowed = polls === "long-polling";
    for (const [line, { isSocket, isGreeted }] of this.#lines) if (isGreeted && !isSocket) line.renamed(polls);
  }
}

const isOfProtocol = (code: number): boolean => closeAction(code) !== "resume" || (code >= 4000 && code < 4100);
