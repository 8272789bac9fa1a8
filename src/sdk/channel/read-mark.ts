// How far this device has read. The mark only moves forward. It is sent again over a new connection
// when the server knows a lower one, because the server may have lost the marks of the last minute.
// A channel that was set to unread by hand stays unread until it is opened again or read
// explicitly.
import { limits } from "../../protocol";
import { type Clock, Timer } from "../transport/clock";
import type { CommandSender } from "./command-sender";
import type { ChannelLog } from "./log";
import type { PartReport } from "./reports";

/** The minimum interval between two marks, because scrolling passes many messages a second. */
const EVERY_MS = 1_000;

export class ReadMark {
  readonly #log: ChannelLog;
  readonly #commands: CommandSender;
  readonly #report: (report: PartReport) => void;
  readonly #throttle: Timer;
  #highest = 0;
  /** Whether a change has not been sent over this connection. */
  #isUnsent = false;
  /** The position from which the channel was set to unread; null if it was not. */
  #unreadFrom: number | null = null;
  /**
   * Whether the next mark counts although it is no higher. Another device may have set the channel
   * to unread since the last one.
   */
  #isRepeatAllowed = false;
  #isAttached = false;
  #inFlightId: string | null = null;
  /** The messages that this person has seen and that the server has not confirmed. */
  #seen = new Set<number>();
  /** Those of them that were sent with the command in flight. */
  #seenInFlight: readonly number[] = [];

  constructor(clock: Clock, log: ChannelLog, commands: CommandSender, report: (report: PartReport) => void) {
    this.#throttle = new Timer(clock);
    this.#log = log;
    this.#commands = commands;
    this.#report = report;
  }

  /**
   * Marks everything up to a message as read, if the mark counts. The first mark is sent
   * immediately, later ones at the end of the interval.
   */
  advance(message: number, isExplicit: boolean): void {
    const seq = this.#log.last === null ? message : this.#log.readPosition(message);
    if (isExplicit) this.reopen();
    if (this.#unreadFrom !== null || (seq <= this.#highest && !this.#isRepeatAllowed)) return;
    this.#highest = Math.max(this.#highest, seq);
    this.#isRepeatAllowed = false;
    this.#isUnsent = true;
    if (!this.#throttle.isSet) this.flush();
    this.#report({ type: "read", seq });
  }

  /** Reports messages as seen, with the next mark. */
  markSeen(seqs: readonly number[]): void {
    if (seqs.length === 0) return;
    for (const seq of seqs) this.#seen.add(seq);
    if (!this.#throttle.isSet) this.flush();
    this.#report({ type: "seen", seqs });
  }

  /** Sets the channel to unread. Marks are ignored until `reopen`. */
  markUnread(seq: number): void {
    this.#unreadFrom = seq;
    this.#isUnsent = true;
    this.flush();
    this.#report({ type: "set-unread", seq });
  }

  /** Lets marks count again, because the person opened the channel again. */
  reopen(): void {
    if (this.#unreadFrom !== null) this.#isUnsent = false;
    this.#unreadFrom = null;
    this.#isRepeatAllowed = true;
  }

  /** Starts to send over a new connection. `known` is the mark that the server knows. */
  attach(known: number): void {
    this.#isAttached = true;
    if (this.#unreadFrom === null && this.#highest > known) this.#isUnsent = true;
    this.flush();
  }

  detach(): void {
    this.#isAttached = false;
    if (this.#inFlightId !== null) this.#isUnsent = true;
    this.#inFlightId = null;
    this.#returnSeen();
    this.#throttle.clear();
  }

  flush(): void {
    if (!this.#isAttached || !(this.#isUnsent || this.#seen.size > 0)) return;
    const id = this.#commands.nextId();
    this.#inFlightId = id;
    if (this.#isUnsent && this.#unreadFrom !== null)
      this.#commands.send({ id, type: "read.unmark", seq: this.#unreadFrom });
    // Position 0 moves no mark.
    else {
      const seq = this.#isUnsent ? this.#highest : 0;
      this.#commands.send({ id, type: "read.mark", seq, ...this.#takeSeen() });
    }
    this.#isUnsent = false;
    this.#throttle.set(EVERY_MS, () => this.flush());
  }

  /** Returns the seen messages of the next command. The others follow with the one after it. */
  #takeSeen(): { seen?: number[] } {
    if (this.#seen.size === 0) return {};
    const seen = [...this.#seen].slice(0, limits.unseenMax);
    for (const seq of seen) this.#seen.delete(seq);
    this.#seenInFlight = [...this.#seenInFlight, ...seen];
    return { seen };
  }

  /** Sends the seen messages of the command in flight again. */
  #returnSeen(): void {
    for (const seq of this.#seenInFlight) this.#seen.add(seq);
    this.#seenInFlight = [];
  }

  acked(id: string): void {
    if (id !== this.#inFlightId) return;
    this.#inFlightId = null;
    this.#seenInFlight = [];
  }

  /** Returns whether the refused command was this mark. A temporary refusal is retried. */
  refused(id: string, retryAfterMs: number | null): boolean {
    if (id !== this.#inFlightId) return false;
    this.#inFlightId = null;
    if (retryAfterMs === null) this.#seenInFlight = [];
    else {
      this.#isUnsent = true;
      this.#returnSeen();
      this.#throttle.set(Math.max(retryAfterMs, EVERY_MS), () => this.flush());
    }
    return true;
  }

  /** Forgets all positions, because the log was replaced. */
  reset(): void {
    this.#highest = 0;
    this.#isUnsent = false;
    this.#unreadFrom = null;
    this.#inFlightId = null;
    this.#seen.clear();
    this.#seenInFlight = [];
  }
}
