import type { FrameOf, HeardEvents, Permission, Role, Signal } from "../../protocol";
import { UserMarks } from "../transport/user-marks";
import type { SlowModeView } from "./views";

const slowModeOf = (slowMode: FrameOf<"ready">["slowMode"]): SlowModeView | null =>
  slowMode ? { seconds: slowMode.seconds, nextAt: slowMode.nextAt ?? 0 } : null;

/**
 * The state of a channel that is not in its log: this person's role and permissions, the marks of
 * all members, and who has the channel open. `ready` sets it, and signals update it.
 */
export class LiveState {
  readonly reads = new UserMarks();
  readonly delivered = new UserMarks();
  role: Role | null = null;
  permissions: readonly Permission[] = [];
  /** When the time-out of this person ends, by the server's clock; null without one. */
  timedOutUntil: number | null = null;
  /** Slow mode, as far as it binds this person; null if it does not. */
  slowMode: SlowModeView | null = null;
  /** Users who have the channel open. */
  here: readonly string[] = [];

  replace({ role, permissions, timedOutUntil, slowMode, reads, delivered, here = [] }: FrameOf<"ready">): void {
    this.role = role;
    this.permissions = permissions;
    this.timedOutUntil = timedOutUntil ?? null;
    this.slowMode = slowModeOf(slowMode);
    this.here = here;
    this.reads.replace(reads);
    this.delivered.replace(delivered);
  }

  /** Takes what this person may do after it changed. */
  permit({ role, permissions, timedOutUntil, slowMode }: FrameOf<"permissions">): void {
    this.slowMode = slowModeOf(slowMode);
    this.role = role;
    this.permissions = permissions;
    this.timedOutUntil = timedOutUntil ?? null;
  }

  /** Takes own messages, which begin the pause of slow mode. Returns whether there were any. */
  sent({ events }: HeardEvents, me: string | null): boolean {
    if (this.slowMode === null) return false;
    const { seconds } = this.slowMode;
    const times = events.flatMap((event) =>
      event.type === "message.sent" && "data" in event && event.actor === me ? [event.at] : [],
    );
    if (times.length > 0) this.slowMode = { seconds, nextAt: Math.max(...times) + seconds * 1_000 };
    return times.length > 0;
  }

  /** Returns whether the signal changed anything. */
  apply(signal: Signal): boolean {
    if (signal.type === "read.marked") return this.reads.raise(signal.user, signal.seq);
    if (signal.type === "delivered.marked") return this.delivered.raiseAll(signal.marks);
    if (signal.type === "here.changed") return this.#setHere(signal.user, signal.here);
    if (signal.type === "here.batch") return this.#setAll(signal.came, signal.gone);
    return false;
  }

  /** Forgets who has the channel open, because no signals arrive. */
  clearHere(): void {
    this.here = [];
  }

  /** Forgets all marks, because the log was replaced and positions of the old one are void. */
  reset(): void {
    this.reads.replace({});
    this.delivered.replace({});
  }

  #setAll(came: readonly string[], gone: readonly string[]): boolean {
    const changes = [
      ...came.map((user) => this.#setHere(user, true)),
      ...gone.map((user) => this.#setHere(user, false)),
    ];
    return changes.includes(true);
  }

  #setHere(user: string, isHere: boolean): boolean {
    if (this.here.includes(user) === isHere) return false;
    this.here = isHere ? [...this.here, user] : this.here.filter((other) => other !== user);
    return true;
  }
}
