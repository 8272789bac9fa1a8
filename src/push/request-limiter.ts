// How many calls are on their way at once. A Worker waits for six answers at a time, and a call that waits for its turn must not be taken for a service
// that does not answer: so there are fewer than six, of one service fewer still, and a service that has just failed to answer twice is left alone.

const AT_ONCE = 5;
const OF_ONE = 3;
const FAILURES = 2;

export class Slots {
  readonly #underWay = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: { service: string; begin: () => void }[] = [];
  #count = 0;

  /** Does `work` when it is its turn; null where `service` is left alone. `work` answers whether the service did; null where it was not asked. */
  async run<T extends { isAnswered: boolean | null }>(service: string, work: () => Promise<T>): Promise<T | null> {
    if (this.#isLeftAlone(service)) return null;
    await this.#turn(service);
    try {
      if (this.#isLeftAlone(service)) return null;
      const done = await work();
      const { isAnswered } = done;
      if (isAnswered !== null) this.#failures.set(service, isAnswered ? 0 : (this.#failures.get(service) ?? 0) + 1);
      return done;
    } finally {
      this.#count--;
      this.#underWay.set(service, (this.#underWay.get(service) ?? 1) - 1);
      this.#next();
    }
  }

  #isLeftAlone(service: string): boolean {
    return (this.#failures.get(service) ?? 0) >= FAILURES;
  }

  #turn(service: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ service, begin: resolve });
      this.#next();
    });
  }

  /** Whoever has waited longest of those who may. */
  #next(): void {
    if (this.#count >= AT_ONCE) return;
    const index = this.#waiting.findIndex(({ service }) => (this.#underWay.get(service) ?? 0) < OF_ONE);
    const [first] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (!first) return;
    this.#count++;
    this.#underWay.set(first.service, (this.#underWay.get(first.service) ?? 0) + 1);
    first.begin();
  }
}
