// The calls that ring for this person. Signals bring them, and rows of the inbox too: a device that
// wakes late asks the server before it rings.
import type { InboxRow, PersonalSignal } from "../../protocol";
import { Cell, type Store } from "../store";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { RingingCall } from "./views";

/** How many calls that ended are remembered, so that a late signal does not ring again. */
const MAX_ENDED = 100;

export class RingList {
  readonly #environment: Environment;
  readonly #timer: Timer;
  readonly #ringing = new Cell<readonly RingingCall[]>([]);
  readonly ringing: Store<readonly RingingCall[]> = this.#ringing;
  /** Asks the server how long a call still rings, in milliseconds; 0 if it does not. */
  readonly #ask: (channel: string, call: number) => Promise<number>;
  readonly #ended = new Set<string>();
  readonly #asked = new Set<string>();

  constructor(environment: Environment, ask: (channel: string, call: number) => Promise<number>) {
    this.#environment = environment;
    this.#ask = ask;
    this.#timer = new Timer(environment.clock);
  }

  received(signal: PersonalSignal): void {
    const { channel, call } = signal;
    if (signal.type === "ring.ended") this.end(channel, call);
    else this.#ring({ channel, call, from: signal.from, video: signal.video }, signal.lastsMs);
  }

  /** Takes rows that changed. */
  rowsReceived(rows: readonly InboxRow[]): void {
    for (const { channel, call } of rows) {
      for (const one of this.#ringing.get())
        if (one.channel === channel && one.call !== call?.call) this.end(channel, one.call);
      if (call?.rings) void this.#verify(channel, call.call, call.by);
    }
  }

  /** A call does not ring any longer. */
  end(channel: string, call: number): void {
    this.#ended.add(keyOf({ channel, call }));
    for (const key of [...this.#ended].slice(0, -MAX_ENDED)) this.#ended.delete(key);
    this.#set(this.#ringing.get().filter((one) => one.channel !== channel || one.call !== call));
  }

  clear(): void {
    this.#timer.clear();
    this.#ended.clear();
    this.#ringing.set([]);
  }

  async #verify(channel: string, call: number, from: string): Promise<void> {
    const key = keyOf({ channel, call });
    if (this.#asked.has(key) || this.#isKnown(key)) return;
    this.#asked.add(key);
    try {
      const lastsMs = await this.#ask(channel, call);
      if (lastsMs > 0) this.#ring({ channel, call, from, video: false }, lastsMs);
    } catch (error) {
      this.#environment.warn(`a call could not be checked: ${String(error)}`);
    } finally {
      this.#asked.delete(key);
    }
  }

  #ring(call: Omit<RingingCall, "until">, lastsMs: number): void {
    const key = keyOf(call);
    if (this.#isKnown(key) || lastsMs <= 0) return;
    this.#set([...this.#ringing.get(), { ...call, until: this.#environment.clock.now() + lastsMs }]);
  }

  #isKnown(key: string): boolean {
    return this.#ended.has(key) || this.#ringing.get().some((one) => keyOf(one) === key);
  }

  #set(ringing: readonly RingingCall[]): void {
    this.#ringing.set(ringing);
    const now = this.#environment.clock.now();
    const next = Math.min(...ringing.map(({ until }) => until));
    if (ringing.length === 0) this.#timer.clear();
    else
      this.#timer.set(Math.max(0, next - now), () => {
        const later = this.#environment.clock.now();
        this.#set(this.#ringing.get().filter(({ until }) => until > later));
      });
  }
}

const keyOf = ({ channel, call }: { channel: string; call: number }): string => `${channel} ${call}`;
