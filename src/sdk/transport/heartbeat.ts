import { Alarm, type Clock } from "./clock";

const MISSES = 2;
const PROBE_MS = 5_000;

/** Tells a dead connection from a quiet one. Anything that arrives proves life; two beats without proof end it. */
export class Heartbeat {
  readonly #beat: () => void;
  readonly #dead: () => void;
  readonly #next: Alarm;
  readonly #probe: Alarm;
  #unanswered = 0;

  constructor(clock: Clock, beat: () => void, dead: () => void) {
    this.#next = new Alarm(clock);
    this.#probe = new Alarm(clock);
    this.#beat = beat;
    this.#dead = dead;
  }

  start(everyMs: number): void {
    this.stop();
    const tick = () => {
      if (this.#unanswered >= MISSES) return this.#dead();
      this.#unanswered++;
      this.#next.set(everyMs, tick);
      this.#beat();
    };
    this.#next.set(everyMs, tick);
  }

  answered(): void {
    this.#unanswered = 0;
    this.#probe.clear();
  }

  /** Asks now instead of at the next beat: after a sleep, a socket may look open that has long been gone. */
  probe(): void {
    if (this.#probe.isSet) return;
    this.#probe.set(PROBE_MS, this.#dead);
    this.#beat();
  }

  stop(): void {
    this.#unanswered = 0;
    this.#next.clear();
    this.#probe.clear();
  }
}
