import type { Environment } from "./environment";

const PAUSE_MS = 2_000;
const LIVELY_PAUSE_MS = 500;
/** A conversation goes on: what was said or heard within this time makes the next answer likely. */
const LIVELY_MS = 5_000;

/** How long to pause between polls that are not held. */
export class Tempo {
  readonly #environment: Environment;
  #livelyUntil = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Something happened, or was sent. */
  stir(): void {
    this.#livelyUntil = this.#environment.clock.now() + LIVELY_MS;
  }

  /** With jitter, or all who were cut off together would poll together. */
  get pauseMs(): number {
    const { clock, random } = this.#environment;
    const pause = clock.now() < this.#livelyUntil ? LIVELY_PAUSE_MS : PAUSE_MS;
    return Math.round(pause * (0.75 + random() / 2));
  }
}
