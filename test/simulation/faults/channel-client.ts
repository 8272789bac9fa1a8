// A client of one channel, as the faults see it: on a line that can be cut, and live or not.

import type { ProxyConnection } from "../kit/proxy-connection.ts";
import type { DeliveryChecker } from "./delivery-checker.ts";

export interface ChannelClient {
  readonly name: string;
  readonly deliveries: DeliveryChecker;
  readonly liveness: Liveness;
  /** The connection that carries it, or null while it has none. */
  connection(): ProxyConnection | null;
  /** Every connection of its program. */
  connections(): ProxyConnection[];
}

/** Whether a client is live, how often it became so, and who waits for that. */
export class Liveness {
  #isLive = false;
  #liveCount = 0;
  readonly #waiting = new Set<{ after: number; resolve: (at: number) => void }>();

  get isLive(): boolean {
    return this.#isLive;
  }

  get liveCount(): number {
    return this.#liveCount;
  }

  set(isLive: boolean): void {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    if (isLive) this.becomeLive();
  }

  becomeLive(): void {
    this.#liveCount++;
    for (const waiting of this.#waiting) {
      if (this.#liveCount <= waiting.after) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(performance.now());
    }
  }

  /** When it became live again after so many arrivals. */
  next(after: number): Promise<number> {
    if (this.#liveCount > after) return Promise.resolve(performance.now());
    return new Promise((resolve) => this.#waiting.add({ after, resolve }));
  }
}
