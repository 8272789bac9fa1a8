import type { ChannelCommand } from "../protocol";
import { Alarm, type Clock } from "./clock";

/** Between two marks on the wire: someone scrolling passes many messages a second. */
const EVERY_MS = 1_000;

/** How far this device has read. Only ever moves forward, and is repeated on every connection: a server may have lost the last minute's marks. */
export class ReadMark {
  readonly #send: (command: ChannelCommand) => void;
  readonly #nextId: () => string;
  readonly #quiet: Alarm;
  #highest = 0;
  #sent = 0;
  #isAttached = false;
  #lastId: string | null = null;

  constructor(clock: Clock, send: (command: ChannelCommand) => void, nextId: () => string) {
    this.#quiet = new Alarm(clock);
    this.#send = send;
    this.#nextId = nextId;
  }

  /** Whether the mark has moved. The first one goes out at once, those that follow soon after. */
  move(seq: number): boolean {
    if (seq <= this.#highest) return false;
    this.#highest = seq;
    if (!this.#quiet.isSet) this.flush();
    return true;
  }

  attach(): void {
    this.#isAttached = true;
    this.#sent = 0;
    this.flush();
  }

  detach(): void {
    this.#isAttached = false;
    this.#quiet.clear();
  }

  flush(): void {
    if (!this.#isAttached || this.#highest <= this.#sent) return;
    this.#sent = this.#highest;
    this.#lastId = this.#nextId();
    this.#send({ id: this.#lastId, type: "read.mark", seq: this.#highest });
    this.#quiet.set(EVERY_MS, () => this.flush());
  }

  /** Whether the refused command was a mark. A temporary refusal is repeated later. */
  refused(id: string, retryAfterMs: number | null): boolean {
    if (id !== this.#lastId) return false;
    if (retryAfterMs !== null) {
      this.#sent = 0;
      this.#quiet.set(Math.max(retryAfterMs, EVERY_MS), () => this.flush());
    }
    return true;
  }

  /** The log is another one: its positions mean nothing here. */
  reset(): void {
    this.#highest = 0;
    this.#sent = 0;
  }
}
