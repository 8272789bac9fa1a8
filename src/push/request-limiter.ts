// Limits how many requests to push services run at once. A Worker reads at most six answers at a
// time, and a queued request must not look like a service that does not answer. So fewer than six
// run at once, fewer still to one service, and a service that failed to answer twice in a row is
// skipped.

const CONCURRENCY = 5;
const CONCURRENCY_PER_SERVICE = 3;
const FAILURES_MAX = 2;

export class RequestLimiter {
  /** Bound: the services of one batch of jobs. */
  readonly #running = new Map<string, number>();
  /** Bound: the services of one batch of jobs. */
  readonly #failures = new Map<string, number>();
  /** Bound: the devices of one batch of jobs. */
  readonly #waiting: { service: string; start: () => void }[] = [];
  #count = 0;

  /**
   * Runs `work` once a slot is free; null if `service` is skipped. `work` reports whether the
   * service answered, or null if it sent no request.
   */
  async run<T extends { isAnswered: boolean | null }>(service: string, work: () => Promise<T>): Promise<T | null> {
    if (this.#isSkipped(service)) return null;
    await this.#waitForSlot(service);
    try {
      if (this.#isSkipped(service)) return null;
      const outcome = await work();
      const { isAnswered } = outcome;
      if (isAnswered !== null) this.#failures.set(service, isAnswered ? 0 : (this.#failures.get(service) ?? 0) + 1);
      return outcome;
    } finally {
      this.#count--;
      this.#running.set(service, (this.#running.get(service) ?? 1) - 1);
      this.#startNext();
    }
  }

  #isSkipped(service: string): boolean {
    return (this.#failures.get(service) ?? 0) >= FAILURES_MAX;
  }

  #waitForSlot(service: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ service, start: resolve });
      this.#startNext();
    });
  }

  /** Starts the request that has waited longest among those whose service has room. */
  #startNext(): void {
    if (this.#count >= CONCURRENCY) return;
    const index = this.#waiting.findIndex(({ service }) => (this.#running.get(service) ?? 0) < CONCURRENCY_PER_SERVICE);
    const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (!next) return;
    this.#count++;
    this.#running.set(next.service, (this.#running.get(next.service) ?? 0) + 1);
    next.start();
  }
}
