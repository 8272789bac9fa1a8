// A client that keeps the log complete across connections: it reads every frame in full and resumes
// from the last seq that it applied.
import * as z from "zod";
import { type Cursor, openChannelSocket, type Subscriber, subscribeCommand } from "../kit/channel-socket.ts";
import type { RawSocket } from "../kit/raw-socket.ts";

const event = z.object({ seq: z.int(), nonce: z.string() });
const frame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("events"), epoch: z.string(), events: z.array(event) }),
  z.object({ type: z.literal("ready"), epoch: z.string(), head: z.int() }),
  z.object({ type: z.literal("more") }),
  z.object({ type: z.literal("reset"), reason: z.string() }),
  z.object({ type: z.literal("error"), code: z.string(), id: z.string().optional() }),
  z.object({ type: z.enum(["hello", "ack", "signal"]) }),
]);

export class Follower {
  readonly subscriber: Subscriber;
  /** The nonces of the log after `base`, in the order of their seqs. */
  readonly nonces: string[] = [];
  base: number;
  epoch: string;
  /** Events received twice, and events received after a missing one. */
  doubles = 0;
  gaps = 0;
  /** Codes of the error frames it received. */
  readonly refusals: string[] = [];
  onEvent: (nonce: string, seq: number) => void = () => {};
  #socket: RawSocket | null = null;
  #joined = Promise.withResolvers<void>();

  /** Without `from`, this follower's log begins where it joins. */
  constructor(subscriber: Subscriber, from: Cursor | null = null) {
    this.subscriber = subscriber;
    this.base = from?.after ?? 0;
    this.epoch = from?.epoch ?? "";
  }

  get last(): number {
    return this.base + this.nonces.length;
  }

  get cursor(): Cursor {
    return { epoch: this.epoch, after: this.last };
  }

  /**
   * Resolves when everything up to the head is applied. Throws when the connection ends before
   * that.
   */
  async connect(): Promise<void> {
    this.#joined = Promise.withResolvers();
    const joined = this.#joined;
    const socket = await openChannelSocket(this.subscriber, Number.POSITIVE_INFINITY, (text) => this.#read(text));
    this.#socket = socket;
    void socket.closed.then((code) => joined.reject(new Error(`closed with ${code}`)));
    this.#subscribe();
    await joined.promise;
  }

  /** The close code of the present connection. */
  get closed(): Promise<number> {
    return this.#live().closed;
  }

  send(text: string): void {
    this.#live().send(text);
  }

  pause(): void {
    this.#live().pause();
  }

  resume(): void {
    this.#live().resume();
  }

  leave(): void {
    this.#socket?.destroy();
  }

  #live(): RawSocket {
    if (!this.#socket) throw new Error("not connected");
    return this.#socket;
  }

  #subscribe(): void {
    this.#live().send(subscribeCommand(this.epoch === "" ? null : this.cursor));
  }

  #read(text: string): void {
    const received = frame.parse(JSON.parse(text));
    if (received.type === "events") for (const { seq, nonce } of received.events) this.#apply(seq, nonce);
    else if (received.type === "more") this.#subscribe();
    else if (received.type === "reset") this.#joined.reject(new Error(`reset: ${received.reason}`));
    else if (received.type === "error") {
      this.refusals.push(received.code);
      this.#joined.reject(new Error(`refused: ${received.code}`));
    } else if (received.type === "ready") {
      if (this.epoch === "") this.base = received.head;
      this.epoch = received.epoch;
      if (this.last === received.head) this.#joined.resolve();
      else this.#joined.reject(new Error(`ready at ${received.head}, but the log ends at ${this.last}`));
    }
  }

  #apply(seq: number, nonce: string): void {
    if (seq <= this.last) this.doubles += 1;
    else if (seq > this.last + 1) this.gaps += 1;
    else {
      this.nonces.push(nonce);
      this.onEvent(nonce, seq);
    }
  }
}
