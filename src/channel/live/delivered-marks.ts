// How far the devices of each member have received the log, by open sockets and delivery results.
// The marks are kept only in memory. One frame announces the marks of all members, about once a
// second: a group of a hundred must not send a hundred frames for each message. The last marks of a
// burst are announced by the alarm that its messages armed, because a separate alarm a second later
// would cost a row each second.
import { isWithin } from "../../runtime/deadline";
import type { SocketIndex } from "../../runtime/sockets";
import { type ChannelAlarm, REDELIVERY_MS } from "../alarm";
import type { Log } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import type { TurnListener } from "../turn-committed";
import type { Broadcaster } from "./broadcaster";

const ANNOUNCE_EVERY_MS = 1_000;

export interface DeliveredMarksParts {
  log: Log;
  roster: RosterMirror;
  sockets: SocketIndex<ChannelSocketState>;
  broadcaster: Broadcaster;
  alarm: ChannelAlarm;
  now(): number;
}

export class DeliveredMarks implements TurnListener {
  /** Bound: the members, because `forget` drops those who leave. */
  readonly #marks = new Map<string, number>();
  /** Bound: the members. */
  readonly #unannounced = new Set<string>();
  #announcedAt = 0;

  constructor(private readonly parts: DeliveredMarksParts) {}

  /** Every joined socket got the events. The fan-out announces the marks. */
  onTurnCommitted(): void {
    const { log, roster, sockets } = this.parts;
    if (roster.isLarge) return;
    for (const { state } of sockets.each()) if (state.joined) this.raise(state.user, log.head);
  }

  /** Raises the mark of a member to the newest entry that they may see, and announces it. */
  raiseToHead(user: string): void {
    const { roster, log } = this.parts;
    this.raise(user, roster.visibleHead(user, log.head));
    this.announce();
  }

  /** Returns the marks that others may see, by user. */
  visible(): Record<string, number> {
    return Object.fromEntries([...this.#marks].filter(([user]) => this.parts.roster.showsDelivered(user)));
  }

  /** The same as JSON, without the brackets. Ids have no characters that JSON escapes. */
  encoded(): string {
    const { roster } = this.parts;
    let encoded = "";
    for (const [user, seq] of this.#marks) {
      if (roster.showsDelivered(user)) encoded += encoded === "" ? `"${user}":${seq}` : `,"${user}":${seq}`;
    }
    return encoded;
  }

  /**
   * Raises the mark of a member, one of whose devices has everything up to `seq`. The next
   * announcement sends the mark to others.
   */
  raise(user: string, seq: number): void {
    if ((this.#marks.get(user) ?? 0) >= seq || this.parts.roster.isLarge) return;
    this.#marks.set(user, seq);
    this.#unannounced.add(user);
  }

  /** Lowers every mark to the head, after a restore. */
  clamp(head: number): void {
    for (const [user, seq] of this.#marks) this.#marks.set(user, Math.min(seq, head));
  }

  /** Forgets all marks: a large channel has none. */
  clear(): void {
    this.#marks.clear();
    this.#unannounced.clear();
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
    const now = this.parts.now();
    if (isWithin(ANNOUNCE_EVERY_MS, this.#announcedAt, now)) {
      this.parts.alarm.arm(now + REDELIVERY_MS);
      return;
    }
    const users = [...this.#unannounced].filter((user) => this.parts.roster.showsDelivered(user));
    this.#unannounced.clear();
    this.#announcedAt = now;
    if (users.length === 0) return;
    const marks = Object.fromEntries(users.map((user) => [user, this.#marks.get(user) ?? 0]));
    const signal = { type: "delivered.marked", channel: this.parts.log.header.channel, marks } as const;
    this.parts.broadcaster.broadcast({ type: "signal", signal });
  }
}
