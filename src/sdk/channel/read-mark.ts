// How far this device has read. The mark only moves forward, and is repeated on a connection whose server does not know of it: that
// one may have lost the last minute's marks. A channel that was set to unread by hand stays so until it is read on purpose.
import type { ChannelCommand } from "../../protocol";
import { type Clock, Timer } from "../transport/clock";

/** Between two marks on the wire: someone scrolling passes many messages a second. */
const EVERY_MS = 1_000;

export class ReadMark {
  readonly #send: (command: ChannelCommand) => void;
  readonly #nextId: () => string;
  readonly #quiet: Timer;
  #highest = 0;
  /** Whether there is something to say that was not said on this connection. */
  #isUnsaid = false;
  /** From where on I want to see the channel as unread. */
  #unreadFrom: number | null = null;
  /** Whether the next mark counts though it is no higher: the channel may have been set to unread since the last one. */
  #isRepeated = false;
  #isAttached = false;
  #unansweredId: string | null = null;

  constructor(clock: Clock, send: (command: ChannelCommand) => void, nextId: () => string) {
    this.#quiet = new Timer(clock);
    this.#send = send;
    this.#nextId = nextId;
  }

  /** Whether the mark counts. The first one goes out at once, those that follow soon after. */
  move(seq: number, isExplicit: boolean): boolean {
    if (isExplicit) this.reopen();
    if (this.#unreadFrom !== null || (seq <= this.#highest && !this.#isRepeated)) return false;
    this.#highest = Math.max(this.#highest, seq);
    this.#isRepeated = false;
    this.#isUnsaid = true;
    if (!this.#quiet.isSet) this.flush();
    return true;
  }

  /** Sets the channel to unread: no mark counts until it is reopened. */
  unmark(seq: number): void {
    this.#unreadFrom = seq;
    this.#isUnsaid = true;
    this.flush();
  }

  /** The person turned to the channel anew: reading counts again. */
  reopen(): void {
    if (this.#unreadFrom !== null) this.#isUnsaid = false;
    this.#unreadFrom = null;
    this.#isRepeated = true;
  }

  /** `known` is where my mark stands on the server. */
  attach(known: number): void {
    this.#isAttached = true;
    if (this.#unreadFrom === null && this.#highest > known) this.#isUnsaid = true;
    this.flush();
  }

  detach(): void {
    this.#isAttached = false;
    if (this.#unansweredId !== null) this.#isUnsaid = true;
    this.#unansweredId = null;
    this.#quiet.clear();
  }

  flush(): void {
    if (!this.#isAttached || !this.#isUnsaid) return;
    this.#isUnsaid = false;
    const id = this.#nextId();
    this.#unansweredId = id;
    if (this.#unreadFrom !== null) this.#send({ id, type: "read.unmark", seq: this.#unreadFrom });
    else this.#send({ id, type: "read.mark", seq: this.#highest });
    this.#quiet.set(EVERY_MS, () => this.flush());
  }

  acked(id: string): void {
    if (id === this.#unansweredId) this.#unansweredId = null;
  }

  /** Whether the refused command was one of these. A temporary refusal is repeated later. */
  refused(id: string, retryAfterMs: number | null): boolean {
    if (id !== this.#unansweredId) return false;
    this.#unansweredId = null;
    if (retryAfterMs !== null) {
      this.#isUnsaid = true;
      this.#quiet.set(Math.max(retryAfterMs, EVERY_MS), () => this.flush());
    }
    return true;
  }

  /** The log is another one: its positions mean nothing here. */
  reset(): void {
    this.#highest = 0;
    this.#isUnsaid = false;
    this.#unreadFrom = null;
    this.#unansweredId = null;
  }
}
