// Who is writing in a channel. What is heard of others ends by itself, or with their message; what is said of me is said seldom, and lost where
// there is no socket.
import { type HeardEvent, limits } from "../../protocol";
import { type Clock, Timer } from "../transport/clock";

const NOBODY: readonly string[] = [];

export class Typing {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #end: Timer;
  /** Those who write, in the order in which they began: where, and until when it is believed. */
  readonly #writers = new Map<string, { thread: number | null; until: number }>();
  /** By place, the same array until it changes. */
  #places = new Map<number | null, readonly string[]>();
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#end = new Timer(clock);
  }

  /** Who writes in that thread, or for null on the channel itself. */
  in(thread: number | null): readonly string[] {
    return this.#places.get(thread) ?? NOBODY;
  }

  /** Whether it is time to say that I write; then it was said. */
  take(): boolean {
    const now = this.#clock.now();
    if (now - this.#saidAt < limits.typingEveryMs) return false;
    this.#saidAt = now;
    return true;
  }

  heard(user: string, thread: number | null): void {
    this.#writers.set(user, { thread, until: this.#clock.now() + limits.typingShownMs });
    this.#settle();
  }

  /** They closed the channel. */
  left(user: string): void {
    if (this.#writers.delete(user)) this.#settle();
  }

  applied(events: readonly HeardEvent[]): void {
    for (const event of events) {
      if (event.type !== "message.sent") continue;
      if (this.#writers.get(event.actor)?.thread === event.data.thread) this.left(event.actor);
    }
  }

  clear(): void {
    this.#writers.clear();
    this.#settle();
  }

  #settle(): void {
    const now = this.#clock.now();
    for (const [user, { until }] of this.#writers) if (until <= now) this.#writers.delete(user);
    const places = Map.groupBy(this.#writers.keys(), (user) => this.#writers.get(user)?.thread ?? null);
    const isSame = JSON.stringify([...places]) === JSON.stringify([...this.#places]);
    const next = Math.min(...[...this.#writers.values()].map(({ until }) => until));
    if (this.#writers.size === 0) this.#end.clear();
    else this.#end.set(next - now, () => this.#settle());
    if (isSame) return;
    this.#places = places;
    this.#changed();
  }
}
