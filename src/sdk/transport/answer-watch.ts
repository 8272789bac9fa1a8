// Notices a swallowed frame: the socket is open, but a command gets no answer, although every
// command has one [S14]. A heartbeat follows the command that waits for too long. Its answer proves
// that the command has arrived, because a socket keeps the order, so an answer that does not follow
// soon was lost, or its command was.
import type { ChannelCommand, HeardFrame, UserCommand } from "../../protocol";
import { type Clock, Timer } from "./clock";

/** How long an answer may take before a heartbeat is sent, and half as long after it. */
const FIRST_PATIENCE_MS = 4_000;
/** A slow server gets twice as long after every verdict, so that its answers arrive at last. */
const MAX_PATIENCE_MS = 64_000;
/** How much may wait, in UTF-16 units, so that even a slow network has sent it within seconds. */
const SMALL_UNITS = 16 * 1024;

interface WaitingCommand {
  type: string;
  nonce: string | null;
  units: number;
  sentAt: number;
}

interface AnswerListener {
  /** Sends a heartbeat. `isUrgent`: the connection is dead if no answer comes within seconds. */
  beat(isUrgent: boolean): void;
  /** A command of this type got no answer. */
  swallowed(type: string): void;
}

export class AnswerWatch {
  readonly #clock: Clock;
  readonly #listener: AnswerListener;
  readonly #timer: Timer;
  /** The unanswered commands by id, the oldest first. */
  readonly #waiting = new Map<string, WaitingCommand>();
  /** The command that the last heartbeat followed. */
  #probedId: string | null = null;
  #patienceMs = FIRST_PATIENCE_MS;

  constructor(clock: Clock, listener: AnswerListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#timer = new Timer(clock);
  }

  /** A command was sent as a text of `units`. */
  sent(command: ChannelCommand | UserCommand, units: number): void {
    if (command.type === "typing.start") return;
    const nonce = "nonce" in command ? command.nonce : null;
    this.#waiting.set(command.id, { type: command.type, nonce, units, sentAt: this.#clock.now() });
    if (!this.#timer.isSet && this.#probedId === null) this.#timer.set(this.#patienceMs, () => this.#check());
  }

  /** Takes the answers in a frame. An event may take the place of an `ack` [S27]. */
  received(frame: HeardFrame): void {
    if (this.#waiting.size === 0) return;
    if (frame.type === "events") {
      for (const { nonce } of frame.events)
        for (const [id, one] of this.#waiting) if (one.nonce === nonce) this.#answered(id);
    } else if ("id" in frame && frame.id !== undefined) this.#answered(frame.id);
  }

  /** A heartbeat was answered. */
  beaten(): void {
    const id = this.#probedId;
    if (id === null || this.#timer.isSet) return;
    this.#timer.set(this.#patienceMs / 2, () => this.#judge(id));
  }

  /** The connection ended. What waits is sent again over the next one. */
  stop(): void {
    this.#waiting.clear();
    this.#timer.clear();
    this.#probedId = null;
  }

  #answered(id: string): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (this.#clock.now() - waiting.sentAt < FIRST_PATIENCE_MS) this.#patienceMs = FIRST_PATIENCE_MS;
    if (id !== this.#probedId && this.#waiting.size > 0) return;
    this.#probedId = null;
    this.#timer.clear();
    this.#check();
  }

  /** Sends a heartbeat after the oldest command, or looks again when that is due. */
  #check(): void {
    const [oldest] = this.#waiting;
    if (!oldest) return;
    const [id, { sentAt }] = oldest;
    const leftMs = sentAt + this.#patienceMs - this.#clock.now();
    if (leftMs > 0) this.#timer.set(leftMs, () => this.#check());
    else {
      this.#probedId = id;
      let units = 0;
      for (const waiting of this.#waiting.values()) units += waiting.units;
      this.#listener.beat(units <= SMALL_UNITS);
    }
  }

  #judge(id: string): void {
    const swallowed = this.#waiting.get(id);
    if (!swallowed) return;
    this.#patienceMs = Math.min(MAX_PATIENCE_MS, 2 * this.#patienceMs);
    this.#listener.swallowed(swallowed.type);
  }
}
