// A follower that reconnects with the back-off of [S54]: a random time between 0 and a bound that
// doubles up to 30 s.
import { setTimeout as delay } from "node:timers/promises";
import { limits } from "../../../src/protocol/limits.ts";
import type { Follower } from "./follower.ts";

export class ReconnectingFollower {
  readonly follower: Follower;
  /** When it last had everything up to the head, on the clock of `performance`. */
  joinedAt = 0;
  /** Connections that were refused, or that ended before the follower had everything. */
  failures = 0;
  onJoined: () => void = () => {};
  #isLeaving = false;
  #isJoined = false;

  constructor(follower: Follower) {
    this.follower = follower;
  }

  get isJoined(): boolean {
    return this.#isJoined;
  }

  /** Stays connected until `leave`. No socket here lives the minute that resets the back-off. */
  async keepConnected(): Promise<void> {
    for (let attempt = 0; !this.#isLeaving; attempt++) {
      try {
        await this.follower.connect();
        this.#isJoined = true;
        this.joinedAt = performance.now();
        this.onJoined();
        await this.follower.closed;
      } catch {
        // The server is down or went down; the loop tries again.
        this.failures += 1;
      }
      this.#isJoined = false;
      if (!this.#isLeaving)
        await delay(Math.random() * Math.min(limits.backoffMaxMs, limits.backoffMinMs * 2 ** attempt));
    }
  }

  leave(): void {
    this.#isLeaving = true;
    this.follower.leave();
  }
}
