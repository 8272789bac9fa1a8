import { type Clock, Timer } from "./clock";

const MAX_UNANSWERED = 2;
const PROBE_TIMEOUT_MS = 5_000;

/**
 * Detects a dead connection. Anything that arrives proves that it is alive. After two heartbeats
 * without an answer, `dead` is called.
 */
export class Heartbeat {
  readonly #beat: () => void;
  readonly #dead: () => void;
  readonly #next: Timer;
  readonly #probe: Timer;
  #unanswered = 0;

  constructor(clock: Clock, beat: () => void, dead: () => void) {
    this.#next = new Timer(clock);
    this.#probe = new Timer(clock);
    this.#beat = beat;
    this.#dead = dead;
  }

  start(everyMs: number): void {
    this.stop();
    const tick = () => {
      if (this.#unanswered >= MAX_UNANSWERED) return this.#dead();
      this.#unanswered++;
      this.#next.set(everyMs, tick);
      this.#beat();
    };
    this.#next.set(everyMs, tick);
  }

  received(): void {
    this.#unanswered = 0;
    this.#probe.clear();
  }

  /**
   * Sends a heartbeat immediately and allows 5 s for the answer. After a device has slept, a dead
   * socket can still look open.
   */
  probe(): void {
    if (this.#probe.isSet) return;
    this.#probe.set(PROBE_TIMEOUT_MS, this.#dead);
    this.#beat();
  }

  stop(): void {
    this.#unanswered = 0;
    this.#next.clear();
    this.#probe.clear();
  }
}
