// A client of one channel: its connections, which a fault can break, what it received, and whether
// it is live.

import type { ProxyConnection } from "../kit/proxy-connection.ts";
import type { DeliveryChecker } from "./delivery-checker.ts";

export interface ChannelClient {
  readonly name: string;
  readonly deliveries: DeliveryChecker;
  readonly liveness: Liveness;
  /** The connection of its channel; null while there is none. */
  connection(): ProxyConnection | null;
  /** All connections of its program. */
  connections(): ProxyConnection[];
}

/** Whether a client is live, how often it became live, and who waits for that. */
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

  /** Resolves with the time at which the client became live more than `after` times. */
  next(after: number): Promise<number> {
    if (this.#liveCount > after) return Promise.resolve(performance.now());
    return new Promise((resolve) => this.#waiting.add({ after, resolve }));
  }
}
