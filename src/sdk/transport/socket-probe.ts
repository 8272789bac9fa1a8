// Finds out in the background whether the network allows sockets, while the client polls.
import { closeCodes, hearServerFrame, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../../protocol";
import { isFinal } from "../parley-error";
import type { AccessTokens } from "./access-tokens";
import { Timer } from "./clock";
import type { Environment } from "./environment";
import { OPEN_TIMEOUT_MS, type SocketLike } from "./web-socket";

const FIRST_DELAY_MS = 30_000;
const MAX_DELAY_MS = 300_000;

export class SocketProbe {
  readonly #environment: Environment;
  readonly #tokens: AccessTokens;
  readonly #opened: () => void;
  /** The next attempt, or the timeout of the current one. */
  readonly #timer: Timer;
  #socket: SocketLike | null = null;
  #attempt = 0;
  #run = 0;

  constructor(environment: Environment, tokens: AccessTokens, opened: () => void) {
    this.#environment = environment;
    this.#tokens = tokens;
    this.#opened = opened;
    this.#timer = new Timer(environment.clock);
  }

  /** Tries with growing delays until it is stopped or the server greets a socket. */
  start(): void {
    if (this.#timer.isSet) return;
    const bound = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(this.#attempt++, 16));
    this.#timer.set(bound * (0.75 + this.#environment.random() / 2), () => void this.#probe());
  }

  /** Tries immediately. */
  probeNow(): void {
    if (this.#timer.isSet && this.#socket === null) void this.#probe();
  }

  /** Starts again with the shortest delay, because sockets worked for a while. */
  reset(): void {
    this.#attempt = 0;
  }

  stop(): void {
    const socket = this.#socket;
    this.#run++;
    this.#socket = null;
    this.#timer.clear();
    // Not a normal closure: another socket may follow immediately.
    socket?.close(closeCodes.restarted);
  }

  async #probe(): Promise<void> {
    this.stop();
    const run = this.#run;
    this.#timer.set(OPEN_TIMEOUT_MS, () => this.#retryLater());
    try {
      const token = await this.#tokens.get();
      if (run === this.#run) this.#open(token);
    } catch (error) {
      this.#environment.warn(`no token to probe for sockets: ${String(error)}`);
      if (run !== this.#run) return;
      if (isFinal(error)) this.stop();
      else this.#retryLater();
    }
  }

  #open(token: string): void {
    const { WebSocket, origin } = this.#environment;
    const url = `${origin.replace(/^http/, "ws")}/v1/socket`;
    const socket = new WebSocket(url, [SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + token]);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const decoded = typeof data === "string" ? hearServerFrame(data) : null;
      if (socket !== this.#socket || !decoded?.ok || decoded.value.type !== "hello") return;
      this.stop();
      this.#opened();
    });
    socket.addEventListener("close", ({ code }) => {
      if (code === closeCodes.tokenStale) this.#tokens.invalidate();
      if (socket === this.#socket) this.#retryLater();
    });
    socket.addEventListener("error", () => {
      if (socket === this.#socket) this.#retryLater();
    });
  }

  #retryLater(): void {
    this.stop();
    this.start();
  }
}
