import type { Environment } from "./environment";

const PAUSE_MS = 2_000;
const ACTIVE_PAUSE_MS = 500;
/** How long after a command or an event polls are frequent, because an answer is likely. */
const ACTIVE_MS = 5_000;

/** The pauses between plain polls, which the server does not hold. */
export class PollSchedule {
  readonly #environment: Environment;
  #activeUntil = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Makes polls frequent for a while, because something happened or was sent. */
  expectNews(): void {
    this.#activeUntil = this.#environment.clock.now() + ACTIVE_MS;
  }

  /**
   * The next pause, with jitter, so that clients that lost their sockets together do not poll
   * together.
   */
  get pauseMs(): number {
    const { clock, random } = this.#environment;
    const pause = clock.now() < this.#activeUntil ? ACTIVE_PAUSE_MS : PAUSE_MS;
    return Math.round(pause * (0.75 + random() / 2));
  }
}
