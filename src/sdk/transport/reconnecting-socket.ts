// One connection that keeps coming back. It owns opening, heartbeat and back-off; what the frames mean is its listener's business.
// At any time at most one socket is current: whatever an abandoned one still says is not heard.
import {
  type ChannelCommand,
  closeAction,
  closeCodes,
  encodeCommand,
  type FrameOf,
  type HeardFrame,
  hearServerFrame,
  limits,
  PING,
  PONG,
  PROTOCOL_VERSION,
  type UserCommand,
} from "../../protocol";
import { ParleyError } from "../parley-error";
import { Cell } from "../store";
import { jitteredDelay } from "./backoff";
import { Alarm } from "./clock";
import type { ConnectionState, Transport } from "./connection-state";
import type { Environment } from "./environment";
import { Heartbeat } from "./heartbeat";
import type { Line, Transports } from "./transports";
import { MEANT, OPEN_TIMEOUT_MS, type SocketLike } from "./web-socket";

export interface SocketListener {
  opened(hello: FrameOf<"hello">): void;
  received(frame: HeardFrame): void;
  /** An opened connection is gone; another attempt follows unless `ended` is called next. */
  lost(): void;
  /** No further attempt will be made. */
  ended(action: "sign-in" | "stop", code: number | null): void;
  /** Asked after a refused upgrade, whose reason browsers hide. Throws the reason where there is one. */
  explain?(): Promise<unknown>;
}

export class LiveSocket implements Line {
  readonly state = new Cell<ConnectionState>({ state: "idle" });
  readonly #environment: Environment;
  readonly #transports: Transports;
  readonly #path: string;
  readonly #listener: SocketListener;
  readonly #heartbeat: Heartbeat;
  /** The next step of whatever state this is in: the end of waiting for a greeting, for a retry or for a move. */
  readonly #alarm: Alarm;
  #socket: SocketLike | null = null;
  #attempt = 0;
  #run = 0;
  #onlineAt: number | null = null;
  #wasRefused = false;

  constructor(environment: Environment, transports: Transports, path: string, listener: SocketListener) {
    this.#environment = environment;
    this.#transports = transports;
    this.#path = path;
    this.#listener = listener;
    this.#alarm = new Alarm(environment.clock);
    this.#heartbeat = new Heartbeat(
      environment.clock,
      () => this.#socket?.send(PING),
      () => this.restart(),
    );
  }

  get isOnline(): boolean {
    return this.#onlineAt !== null;
  }

  /** Whether it is online, and not over polls: what is only worth saying at once is not said there. */
  get isSocket(): boolean {
    const state = this.state.get();
    return state.state === "online" && state.transport === "socket";
  }

  start(): void {
    const { state } = this.state.get();
    if (state === "idle" || state === "signed-out") void this.#connect();
  }

  /** Goes with a word: nobody has to wait whether it comes back. */
  stop(): void {
    this.#abandon(MEANT);
    this.#transports.leave(this);
    this.#attempt = 0;
    this.state.set({ state: "idle" });
  }

  /** Does at once what would be done later: the next attempt, or a look whether the connection is still alive. */
  retryNow(): void {
    if (this.isOnline) this.probe();
    else if (this.state.get().state === "waiting") void this.#connect();
  }

  /** Looks whether an open connection is still alive. */
  probe(): void {
    if (this.isOnline) this.#heartbeat.probe();
  }

  /** Gives the connection up and comes back after the usual delay. */
  restart(): void {
    this.#closed(closeCodes.restarted);
  }

  move(): void {
    if (this.state.get().state === "waiting") this.retryNow();
    else this.restart();
  }

  renamed(transport: Transport): void {
    this.state.set({ state: "online", transport });
  }

  send(command: ChannelCommand | UserCommand): void {
    if (this.isOnline) this.#socket?.send(encodeCommand(command));
  }

  async #connect(): Promise<void> {
    this.#alarm.clear();
    const run = ++this.#run;
    this.state.set({ state: "connecting", attempt: this.#attempt });
    try {
      if (this.#wasRefused) await this.#listener.explain?.();
      const token = await this.#transports.tokens.get();
      if (run === this.#run) this.#open(token);
    } catch (error) {
      if (run === this.#run) this.#failed(error);
    }
  }

  #open(token: string): void {
    const socket = this.#transports.open(this, this.#path, token);
    this.#socket = socket;
    this.#wasRefused = false;
    this.#alarm.set(OPEN_TIMEOUT_MS, () => this.#closed(1006));
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#receive(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.#socket) this.#closed(event.code);
    });
    // Not every runtime follows a failed upgrade with a close event.
    socket.addEventListener("error", () => {
      if (socket === this.#socket && !this.isOnline) this.#closed(1006);
    });
  }

  #receive(data: unknown): void {
    this.#heartbeat.answered();
    if (data === PONG) return;
    const decoded = typeof data === "string" ? hearServerFrame(data) : null;
    if (decoded?.ok) this.#understood(decoded.value);
    else this.#environment.warn(`unreadable frame skipped: ${decoded?.detail ?? "not text"}`);
  }

  #understood(frame: HeardFrame): void {
    if (frame.type === "hello") this.#greeted(frame);
    else if (frame.type === "error" && frame.code === "token_expired") this.#closed(closeCodes.tokenStale);
    else if (frame.type === "reconnect") this.#move(frame.afterMs);
    else if (this.isOnline) this.#listener.received(frame);
  }

  /** At a random time before the deadline, or everyone would come at once. */
  #move(withinMs: number): void {
    this.#alarm.set(this.#environment.random() * withinMs, () => this.restart());
  }

  #greeted(hello: FrameOf<"hello">): void {
    if (hello.protocol !== PROTOCOL_VERSION) this.#environment.warn(`the server speaks protocol ${hello.protocol}`);
    this.#alarm.clear();
    this.#onlineAt = this.#environment.clock.now();
    this.#heartbeat.start(hello.heartbeatMs);
    this.state.set({ state: "online", transport: this.#transports.greeted(this) });
    this.#listener.opened(hello);
  }

  #closed(code: number): void {
    const { clock } = this.#environment;
    const wasOnline = this.isOnline;
    if (this.#onlineAt !== null && clock.now() - this.#onlineAt >= limits.backoffResetMs) this.#attempt = 0;
    this.#wasRefused = !wasOnline && code !== closeCodes.tokenStale;
    if (!wasOnline || code === closeCodes.tokenStale) this.#transports.tokens.drop();
    this.#transports.lost(this, code);
    this.#abandon();
    if (wasOnline) this.#listener.lost();
    const action = closeAction(code);
    if (action === "resume") this.#wait(0);
    else this.#end(action, code);
  }

  #failed(error: unknown): void {
    const isFinal = error instanceof ParleyError && !error.temporary;
    if (isFinal) this.#end(error.code === "sign_in_required" ? "sign-in" : "stop", null);
    else this.#wait(error instanceof ParleyError ? (error.retryAfterMs ?? 0) : 0);
  }

  #wait(atLeastMs: number): void {
    const delay = Math.max(atLeastMs, jitteredDelay(this.#attempt, this.#environment.random));
    this.#attempt++;
    this.state.set({ state: "waiting", attempt: this.#attempt, retryAt: this.#environment.clock.now() + delay });
    this.#alarm.set(delay, () => void this.#connect());
  }

  #end(action: "sign-in" | "stop", code: number | null): void {
    this.stop();
    this.#wasRefused = false;
    if (action === "sign-in") this.state.set({ state: "signed-out" });
    this.#listener.ended(action, code);
  }

  #abandon(code: number = closeCodes.restarted): void {
    const socket = this.#socket;
    this.#run++;
    this.#socket = null;
    this.#onlineAt = null;
    this.#alarm.clear();
    this.#heartbeat.stop();
    socket?.close(code);
  }
}
