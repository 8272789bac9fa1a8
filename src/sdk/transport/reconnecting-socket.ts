// One connection that reconnects by itself. It owns opening, heartbeats and back-off. Its listener
// interprets the frames. At most one socket is current, and messages of abandoned ones are ignored.
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
import { errorOfClose, isFinal, isSignedOut, ParleyError } from "../parley-error";
import { Cell } from "../store";
import { AnswerWatch } from "./answer-watch";
import { jitteredDelay } from "./backoff";
import { Timer } from "./clock";
import type { ConnectionState, Transport } from "./connection-state";
import type { Environment } from "./environment";
import { Heartbeat } from "./heartbeat";
import type { Connection, TransportSelection } from "./transport-selection";
import { NORMAL_CLOSURE, OPEN_TIMEOUT_MS, type SocketLike } from "./web-socket";

export interface SocketListener {
  opened(hello: FrameOf<"hello">): void;
  received(frame: HeardFrame): void;
  /** An open connection was lost. Another attempt follows unless `ended` is called next. */
  lost(): void;
  /** No further attempt will be made, because of `error`. */
  ended(action: "sign-in" | "stop", error: ParleyError): void;
  /**
   * Called before the attempt that follows a refused upgrade, because browsers hide the reason of
   * the refusal. Throws the reason if there is one.
   */
  explain?(): Promise<unknown>;
}

export class ReconnectingSocket implements Connection {
  readonly state = new Cell<ConnectionState>({ state: "idle" });
  readonly #environment: Environment;
  readonly #transports: TransportSelection;
  readonly #path: string;
  readonly #listener: SocketListener;
  readonly #heartbeat: Heartbeat;
  readonly #answers: AnswerWatch;
  /** The end of the wait for `hello`, of the back-off, or of the time to reconnect within. */
  readonly #timer: Timer;
  #socket: SocketLike | null = null;
  #attempt = 0;
  /** Counts attempts, so that the token of an abandoned attempt is ignored. */
  #run = 0;
  #onlineAt: number | null = null;
  #wasRefused = false;

  constructor(environment: Environment, transports: TransportSelection, path: string, listener: SocketListener) {
    this.#environment = environment;
    this.#transports = transports;
    this.#path = path;
    this.#listener = listener;
    this.#timer = new Timer(environment.clock);
    this.#heartbeat = new Heartbeat(
      environment.clock,
      () => this.#socket?.send(PING),
      () => this.restart(new ParleyError("offline", { detail: "A heartbeat got no answer." })),
    );
    this.#answers = new AnswerWatch(environment.clock, {
      beat: (isUrgent) => (isUrgent ? this.#heartbeat.probe() : this.#socket?.send(PING)),
      swallowed: (type) => this.#swallowed(type),
    });
  }

  get isOnline(): boolean {
    return this.#onlineAt !== null;
  }

  /**
   * Whether the connection is online over a WebSocket. Signals that are stale after a moment need
   * one.
   */
  get isSocket(): boolean {
    const state = this.state.get();
    return state.state === "online" && state.transport === "socket";
  }

  start(): void {
    const { state } = this.state.get();
    if (state === "idle" || state === "signed-out") void this.#connect();
  }

  /**
   * Closes the socket with the code for a normal closure, so that the server does not wait for the
   * end of the grace period.
   */
  stop(): void {
    this.#abandonSocket(NORMAL_CLOSURE);
    this.#transports.remove(this);
    this.#attempt = 0;
    this.state.set({ state: "idle" });
  }

  /** Makes the next attempt immediately. Probes the connection if it is open. */
  retryNow(): void {
    if (this.isOnline) this.probe();
    else if (this.state.get().state === "waiting") void this.#connect();
  }

  /** Checks whether an open connection is still alive. */
  probe(): void {
    if (this.isOnline) this.#heartbeat.probe();
  }

  /** Abandons the connection because of `error`, and reconnects after the usual delay. */
  restart(error: ParleyError): void {
    this.#closed(closeCodes.restarted, error);
  }

  reopen(): void {
    if (this.state.get().state === "waiting") this.retryNow();
    else this.restart(new ParleyError("offline", { detail: "The transport has changed." }));
  }

  transportChanged(transport: Transport): void {
    this.state.set({ state: "online", transport });
  }

  send(command: ChannelCommand | UserCommand): void {
    if (!this.isOnline) return;
    const text = encodeCommand(command);
    this.#socket?.send(text);
    // Requests over HTTP have deadlines of their own.
    if (this.isSocket) this.#answers.sent(command, text.length);
  }

  async #connect(): Promise<void> {
    this.#timer.clear();
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
    this.#timer.set(OPEN_TIMEOUT_MS, () => this.#closed(1006));
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#message(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.#socket) this.#closed(event.code, event.error);
    });
    // Some runtimes do not emit a close event after a failed upgrade.
    socket.addEventListener("error", () => {
      if (socket === this.#socket && !this.isOnline) this.#closed(1006);
    });
  }

  #message(data: unknown): void {
    this.#heartbeat.received();
    if (data === PONG) {
      this.#answers.beaten();
      return;
    }
    const decoded = typeof data === "string" ? hearServerFrame(data) : null;
    if (decoded?.ok) this.#received(decoded.value);
    else this.#environment.warn(`skipped an unreadable frame: ${decoded?.detail ?? "not text"}`);
  }

  #received(frame: HeardFrame): void {
    if (frame.type === "hello") this.#helloReceived(frame);
    else if (frame.type === "error" && frame.code === "token_expired") this.#closed(closeCodes.tokenStale);
    else if (frame.type === "reconnect") this.#reconnectWithin(frame.afterMs);
    else if (this.isOnline) {
      this.#answers.received(frame);
      this.#listener.received(frame);
    }
  }

  /** Reconnects at a random time before the deadline, so that clients do not all do it at once. */
  #reconnectWithin(withinMs: number): void {
    this.#timer.set(this.#environment.random() * withinMs, () =>
      this.restart(new ParleyError("temporary", { detail: "The server asked for another connection." })),
    );
  }

  /** Reports a swallowed frame. The next connection sends again what has no answer. */
  #swallowed(type: string): void {
    const detail = `${type} got no answer`;
    this.#environment.warn(`${this.#path}: ${detail}; connecting again`);
    this.restart(new ParleyError("offline", { detail }));
  }

  #helloReceived(hello: FrameOf<"hello">): void {
    if (hello.protocol !== PROTOCOL_VERSION) this.#environment.warn(`the server speaks protocol ${hello.protocol}`);
    this.#timer.clear();
    this.#onlineAt = this.#environment.clock.now();
    this.#environment.serverClock.heard(hello.at);
    this.#heartbeat.start(hello.heartbeatMs);
    this.state.set({ state: "online", transport: this.#transports.opened(this) });
    this.#listener.opened(hello);
  }

  #closed(code: number, error?: ParleyError): void {
    const { clock } = this.#environment;
    const wasOnline = this.isOnline;
    if (this.#onlineAt !== null && clock.now() - this.#onlineAt >= limits.backoffResetMs) this.#attempt = 0;
    this.#wasRefused = !wasOnline && code !== closeCodes.tokenStale;
    if (!wasOnline || code === closeCodes.tokenStale) this.#transports.tokens.invalidate();
    this.#transports.closed(this, code);
    this.#abandonSocket();
    if (wasOnline) this.#listener.lost();
    const action = closeAction(code);
    const reason = error ?? errorOfClose(code);
    if (action === "resume") this.#wait(reason);
    else this.#end(action, reason);
  }

  #failed(error: unknown): void {
    if (isFinal(error)) this.#end(isSignedOut(error) ? "sign-in" : "stop", error);
    else if (error instanceof ParleyError) this.#wait(error);
    else {
      const detail = `the connection could not be opened: ${String(error)}`;
      this.#environment.warn(detail);
      this.#wait(new ParleyError("offline", { detail }));
    }
  }

  #wait(error: ParleyError): void {
    const { clock, random } = this.#environment;
    const delay = Math.max(error.retryAfterMs ?? 0, jitteredDelay(this.#attempt, random));
    this.#attempt++;
    this.state.set({ state: "waiting", attempt: this.#attempt, retryAt: clock.now() + delay, error });
    this.#timer.set(delay, () => void this.#connect());
  }

  #end(action: "sign-in" | "stop", error: ParleyError): void {
    this.stop();
    this.#wasRefused = false;
    if (action === "sign-in") this.state.set({ state: "signed-out" });
    this.#listener.ended(action, error);
  }

  #abandonSocket(code: number = closeCodes.restarted): void {
    const socket = this.#socket;
    this.#run++;
    this.#socket = null;
    this.#onlineAt = null;
    this.#timer.clear();
    this.#heartbeat.stop();
    this.#answers.stop();
    socket?.close(code);
  }
}
