/**
 * How many polls may be held at once. Over HTTP/1.1, which proxies speak, a browser opens six
 * connections to a host. The others stay free for other requests and other pages.
 */
const MAX_HELD = 2;
/**
 * How many held polls of one path must fail in a row, while plain ones succeed, before the network
 * is considered to cut held polls.
 */
const MAX_CUTS = 2;

/** Limits how many polls are held, and detects networks that cut held polls. */
export class LongPollLimiter {
  /** Whether polls may be held at all. */
  isAllowed: boolean;
  readonly #blocked: () => void;
  readonly #cuts = new Map<string, number>();
  #held = 0;

  constructor(isAllowed: boolean, blocked: () => void) {
    this.isAllowed = isAllowed;
    this.#blocked = blocked;
  }

  /** Returns whether one more poll may be held. If so, the caller calls `release` when it ends. */
  tryAcquire(): boolean {
    if (!this.isAllowed || this.#held >= MAX_HELD) return false;
    this.#held++;
    return true;
  }

  release(): void {
    this.#held--;
  }

  /** Records that the network let a poll be held for long enough. */
  succeeded(): void {
    this.#cuts.clear();
  }

  /** Counts cuts per path, because one network failure cuts all held polls together. */
  cutShort(path: string): void {
    const cuts = (this.#cuts.get(path) ?? 0) + 1;
    this.#cuts.set(path, cuts);
    if (cuts < MAX_CUTS) return;
    this.#cuts.clear();
    this.#blocked();
  }
}
