// How far the devices of each member have received the log, by open sockets and delivery results.
// The marks are kept only in memory. One frame announces the marks of all members, about once a
// second: a group of a hundred must not send a hundred frames for each message. The last marks of a
// burst are announced by the alarm that its messages armed, because a separate alarm a second later
// would cost a row each second.
import type { ServerFrame } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import { REDELIVERY_MS } from "../alarm";

const ANNOUNCE_EVERY_MS = 1_000;

export interface DeliveredMarksHost {
  channel: string;
  now(): number;
  /** Makes sure that the alarm fires at `at` or earlier and calls `announce`. */
  arm(at: number): void;
  broadcast(frame: ServerFrame): void;
  /** Whether others may see the delivered mark of a member. */
  showsDelivered(user: string): boolean;
}

export class DeliveredMarks {
  /** Bound: the members, because `forget` drops those who leave. */
  readonly #marks = new Map<string, number>();
  /** Bound: the members. */
  readonly #unannounced = new Set<string>();
  #announcedAt = 0;

  constructor(private readonly host: DeliveredMarksHost) {}

  /** Returns the marks that others may see, by user. */
  visible(): Record<string, number> {
    return Object.fromEntries([...this.#marks].filter(([user]) => this.host.showsDelivered(user)));
  }

  /**
   * Raises the mark of a member, one of whose devices has everything up to `seq`. The next
   * announcement sends the mark to others.
   */
  raise(user: string, seq: number): void {
    if ((this.#marks.get(user) ?? 0) >= seq) return;
    this.#marks.set(user, seq);
    this.#unannounced.add(user);
  }

  /** Lowers every mark to the head, after a restore. */
  clamp(head: number): void {
    for (const [user, seq] of this.#marks) this.#marks.set(user, Math.min(seq, head));
  }

  forget(user: string): void {
    this.#marks.delete(user);
    this.#unannounced.delete(user);
  }

  /**
   * Announces the marks that moved. Within a second of the last announcement, leaves this to the
   * alarm.
   */
  announce(): void {
    if (this.#unannounced.size === 0) return;
    const now = this.host.now();
    if (isWithin(ANNOUNCE_EVERY_MS, this.#announcedAt, now)) {
      this.host.arm(now + REDELIVERY_MS);
      return;
    }
    const users = [...this.#unannounced].filter((user) => this.host.showsDelivered(user));
    this.#unannounced.clear();
    this.#announcedAt = now;
    if (users.length === 0) return;
    const marks = Object.fromEntries(users.map((user) => [user, this.#marks.get(user) ?? 0]));
    this.host.broadcast({ type: "signal", signal: { type: "delivered.marked", channel: this.host.channel, marks } });
  }
}
