import type { FrameOf, Permission, Role, Signal } from "../../protocol";
import { UserMarks } from "../transport/user-marks";

/** Who I am in a channel, and how far everyone has come: what `ready` says, and signals after it. */
export class LiveState {
  readonly reads = new UserMarks();
  readonly delivered = new UserMarks();
  role: Role | null = null;
  permissions: readonly Permission[] = [];
  /** Who has the channel open. */
  here: readonly string[] = [];

  take({ role, permissions, reads, delivered, here = [] }: FrameOf<"ready">): void {
    this.role = role;
    this.permissions = permissions;
    this.here = here;
    this.reads.replace(reads);
    this.delivered.replace(delivered);
  }

  /** Whether the signal says something that was not known. */
  heard(signal: Signal): boolean {
    if (signal.type === "read.marked") return this.reads.raise(signal.user, signal.seq);
    if (signal.type === "delivered.marked") return this.delivered.raiseAll(signal.marks);
    if (signal.type === "here.changed") return this.#sawHere(signal.user, signal.here);
    return false;
  }

  /** Nobody tells who is here any more. */
  lost(): void {
    this.here = [];
  }

  /** The log is another one: its positions mean nothing here. */
  reset(): void {
    this.reads.replace({});
    this.delivered.replace({});
  }

  #sawHere(user: string, isHere: boolean): boolean {
    if (this.here.includes(user) === isHere) return false;
    this.here = isHere ? [...this.here, user] : this.here.filter((other) => other !== user);
    return true;
  }
}
