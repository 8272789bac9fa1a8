import { encodeFrame, PING, PONG, type ServerFrame } from "../../../src/protocol";
import type { SocketLike } from "../../../src/sdk";

type Listener = (event: { data: unknown; code: number }) => void;

/** Both ends of one connection. Frames of the server can be held back, and are lost with it. */
export class FakeSocket implements SocketLike {
  readonly url: string;
  readonly protocols: string[];
  /** All texts that the client sent, except heartbeats. */
  readonly sent: string[] = [];
  pings = 0;
  isOpen = true;
  /** The close code of the client. */
  closeCode: number | null = null;
  /** Nothing arrives on either side, and no close event is emitted. */
  isDead = false;
  isHeld = false;
  /** Returns whether a frame of either side is lost, although the socket stays open. */
  swallows: (text: string) => boolean = () => false;
  onCommand: (text: string) => void = () => {};
  readonly #listeners = new Map<string, Listener[]>();
  #outgoing: string[] = [];

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  get channel(): string | null {
    return /\/v1\/channels\/(\w+)\/socket/.exec(this.url)?.[1] ?? null;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    if (!this.isOpen || this.isDead) return;
    if (data === PING) {
      this.pings++;
      this.#deliver(PONG);
    } else {
      this.sent.push(data);
      if (this.swallows(data)) return;
      queueMicrotask(() => this.isOpen && this.onCommand(data));
    }
  }

  /** Closes the socket. The close event follows later, as with a real socket. */
  close(code = 1005): void {
    if (!this.isOpen) return;
    this.closeCode = code;
    this.isOpen = false;
    queueMicrotask(() => this.#emit("close", { data: null, code: 1000 }));
  }

  say(frame: ServerFrame): void {
    this.#deliver(encodeFrame(frame));
  }

  sayRaw(text: string): void {
    this.#deliver(text);
  }

  /** Delivers the first `count` held frames. Without a count, delivers all and stops holding. */
  release(count?: number): void {
    const released = this.#outgoing.splice(0, count ?? this.#outgoing.length);
    if (count === undefined) this.isHeld = false;
    for (const text of released) this.#emit("message", { data: text, code: 0 });
  }

  /**
   * Moves held pages behind all other frames, as if the server read them first and sent them last.
   */
  postponePages(): void {
    const isPage = (text: string) => text.includes('"type":"page"');
    this.#outgoing.sort((a, b) => Number(isPage(a)) - Number(isPage(b)));
  }

  cut(code = 1006): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#outgoing = [];
    this.#emit("close", { data: null, code });
  }

  #deliver(text: string): void {
    if (this.isDead || !this.isOpen || this.swallows(text)) return;
    this.#outgoing.push(text);
    queueMicrotask(() => {
      if (!this.isHeld && this.isOpen) this.release();
    });
  }

  #emit(type: string, event: { data: unknown; code: number }): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}
