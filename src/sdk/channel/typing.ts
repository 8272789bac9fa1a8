// Who is typing in a channel. The typing of another user ends after a timeout, or with their
// message. Signals of this person are sent at most once per interval, and dropped if no socket is
// open.
import { type HeardEvent, limits } from "../../protocol";
import { type Clock, Timer } from "../transport/clock";
import type { PartReport } from "./reports";

const NO_USERS: readonly string[] = [];

export class Typing {
  readonly #clock: Clock;
  readonly #report: (report: PartReport) => void;
  readonly #expiry: Timer;
  /** The thread and the end of the timeout per user, in the order in which they began. */
  readonly #users = new Map<string, { thread: number | null; until: number }>();
  /** Users by thread. An array stays the same object until its users change. */
  #byThread = new Map<number | null, readonly string[]>();
  #signalledAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, report: (report: PartReport) => void) {
    this.#clock = clock;
    this.#report = report;
    this.#expiry = new Timer(clock);
  }

  /** Returns the users who are typing in a thread, or outside threads for null. */
  in(thread: number | null): readonly string[] {
    return this.#byThread.get(thread) ?? NO_USERS;
  }

  /** Returns whether a signal may be sent. If so, the next interval begins. */
  claimSignal(): boolean {
    const now = this.#clock.now();
    if (now - this.#signalledAt < limits.typingEveryMs) return false;
    this.#signalledAt = now;
    return true;
  }

  started(user: string, thread: number | null): void {
    this.#users.set(user, { thread, until: this.#clock.now() + limits.typingShownMs });
    this.#update();
  }

  /** Removes a user who stopped typing or closed the channel. */
  stopped(user: string): void {
    if (this.#users.delete(user)) this.#update();
  }

  applied(events: readonly HeardEvent[]): void {
    for (const event of events) {
      if (event.type !== "message.sent") continue;
      if (this.#users.get(event.actor)?.thread === event.data.thread) this.stopped(event.actor);
    }
  }

  clear(): void {
    this.#users.clear();
    this.#update();
  }

  #update(): void {
    const now = this.#clock.now();
    for (const [user, { until }] of this.#users) if (until <= now) this.#users.delete(user);
    const byThread = Map.groupBy(this.#users.keys(), (user) => this.#users.get(user)?.thread ?? null);
    const isSame = JSON.stringify([...byThread]) === JSON.stringify([...this.#byThread]);
    const next = Math.min(...[...this.#users.values()].map(({ until }) => until));
    if (this.#users.size === 0) this.#expiry.clear();
    else this.#expiry.set(next - now, () => this.#update());
    if (isSame) return;
    this.#byThread = byThread;
    this.#report({ type: "changed" });
  }
}
