// Whether sockets are let through, found out in the background while polls do their work.
import { closeCodes, hearServerFrame, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../../protocol";
import type { AccessTokens } from "./access-tokens";
import { Alarm } from "./clock";
import type { Environment } from "./environment";
import { OPEN_TIMEOUT_MS, type SocketLike } from "./web-socket";

const FIRST_MS = 30_000;
const MAX_MS = 300_000;

export class SocketProbe {
  readonly #environment: Environment;
  readonly #tokens: AccessTokens;
  readonly #found: () => void;
  /** The next attempt, or the end of the one under way. */
  readonly #alarm: Alarm;
  #socket: SocketLike | null = null;
  #attempt = 0;
  #run = 0;

  constructor(environment: Environment, tokens: AccessTokens, found: () => void) {
    this.#environment = environment;
    this.#tokens = tokens;
    this.#found = found;
    this.#alarm = new Alarm(environment.clock);
  }

  /** Tries again and again, less and less often, until it is stopped or a socket is greeted. */
  start(): void {
    if (this.#alarm.isSet) return;
    const bound = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(this.#attempt++, 16));
    this.#alarm.set(bound * (0.75 + this.#environment.random() / 2), () => void this.#look());
  }

  /** Tries at once. */
  hurry(): void {
    if (this.#alarm.isSet && this.#socket === null) void this.#look();
  }

  /** Sockets have served well for a while: the next time they fail is the first. */
  reset(): void {
    this.#attempt = 0;
  }

  stop(): void {
    const socket = this.#socket;
    this.#run++;
    this.#socket = null;
    this.#alarm.clear();
    // No word of parting: another one may follow at once.
    socket?.close(closeCodes.restarted);
  }

  async #look(): Promise<void> {
    this.stop();
    const run = this.#run;
    this.#alarm.set(OPEN_TIMEOUT_MS, () => this.#again());
    try {
      const token = await this.#tokens.get();
      if (run === this.#run) this.#open(token);
    } catch (error) {
      this.#environment.warn(`no token to try a socket with: ${String(error)}`);
      if (run === this.#run) this.#again();
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
      this.#found();
    });
    socket.addEventListener("close", ({ code }) => {
      if (code === closeCodes.tokenStale) this.#tokens.drop();
      if (socket === this.#socket) this.#again();
    });
    socket.addEventListener("error", () => {
      if (socket === this.#socket) this.#again();
    });
  }

  #again(): void {
    this.stop();
    this.start();
  }
}
