// How far each member's devices have come: known from open sockets and from user objects that answered `awake`. In memory, and told to those
// who look on in one frame for everybody, about once a second: a hundred members must not mean a hundred frames a message. The last of a
// burst is told by the alarm that its messages have armed anyway: one of its own, a second later, would cost a row a second.
import type { ServerFrame } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import { REPAIR_MS } from "../alarm";

const ANNOUNCE_MS = 1_000;

export interface DeliveredMarksHost {
  channel: string;
  now(): number;
  /** The alarm rings at `at` or before, and announces. */
  arm(at: number): void;
  broadcast(frame: ServerFrame): void;
  /** Whether others may see how far they are. */
  shows(user: string): boolean;
}

export class DeliveredMarks {
  readonly #marks = new Map<string, number>();
  readonly #untold = new Set<string>();
  #announcedAt = 0;

  constructor(private readonly host: DeliveredMarksHost) {}

  /** The marks of members who show theirs, by user. */
  shown(): Record<string, number> {
    return Object.fromEntries([...this.#marks].filter(([user]) => this.host.shows(user)));
  }

  /** A device of theirs holds everything up to `seq`; said with the next announcement. */
  reached(user: string, seq: number): void {
    if ((this.#marks.get(user) ?? 0) >= seq) return;
    this.#marks.set(user, seq);
    this.#untold.add(user);
  }

  /** Nobody holds what lies beyond the head. */
  clamp(head: number): void {
    for (const [user, seq] of this.#marks) this.#marks.set(user, Math.min(seq, head));
  }

  forget(user: string): void {
    this.#marks.delete(user);
    this.#untold.delete(user);
  }

  /** Says what is new; where something was just said, the next occasion does. */
  announce(): void {
    if (this.#untold.size === 0) return;
    const now = this.host.now();
    if (isWithin(ANNOUNCE_MS, this.#announcedAt, now)) {
      this.host.arm(now + REPAIR_MS);
      return;
    }
    const news = [...this.#untold].filter((user) => this.host.shows(user));
    this.#untold.clear();
    this.#announcedAt = now;
    if (news.length === 0) return;
    const marks = Object.fromEntries(news.map((user) => [user, this.#marks.get(user) ?? 0]));
    this.host.broadcast({ type: "signal", signal: { type: "delivered.marked", channel: this.host.channel, marks } });
  }
}
