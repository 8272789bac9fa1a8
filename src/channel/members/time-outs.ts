// When the time-outs of members end. A time-out ends by the clock, without a request.

export class TimeOuts {
  /** Also those that have ended and were not cleared. Bound: the members in memory. */
  readonly #ends = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  /** The ends by user, also of those that are over and that nothing has cleared. */
  get ends(): ReadonlyMap<string, number> {
    return this.#ends;
  }

  /** Notes the end of a member's time-out; 0 for none. Epoch milliseconds. */
  set(user: string, until: number): void {
    if (until > 0) this.#ends.set(user, until);
    else this.#ends.delete(user);
  }

  /** Returns when the time-out of a member ends; undefined without one. Epoch milliseconds. */
  endOf(user: string): number | undefined {
    const until = this.#ends.get(user);
    return until !== undefined && this.isAhead(until) ? until : undefined;
  }

  /** Whether a member's time-out has ended, and nothing has cleared it. */
  isOver(user: string): boolean {
    if (this.#ends.size === 0) return false;
    const until = this.#ends.get(user);
    return until !== undefined && !this.isAhead(until);
  }

  /** Whether a time-out with this end lasts. 0 is none. */
  isAhead(until: number): boolean {
    return until > 0 && until > this.now();
  }

  clear(): void {
    this.#ends.clear();
  }
}
