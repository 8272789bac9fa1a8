import type { FrameOf, Permission, Role, Signal } from "../protocol";
import { Marks } from "./marks";

/** Who I am in a channel, and how far everyone has come: what `ready` says, and signals after it. */
export class Standing {
  readonly reads = new Marks();
  readonly delivered = new Marks();
  role: Role | null = null;
  permissions: readonly Permission[] = [];

  take({ role, permissions, reads, delivered }: FrameOf<"ready">): void {
    this.role = role;
    this.permissions = permissions;
    this.reads.replace(reads);
    this.delivered.replace(delivered);
  }

  /** Whether the signal says something that was not known. */
  heard(signal: Signal): boolean {
    if (signal.type === "read.marked") return this.reads.raise(signal.user, signal.seq);
    return this.delivered.raiseAll(signal.marks);
  }

  /** The log is another one: its positions mean nothing here. */
  reset(): void {
    this.reads.replace({});
    this.delivered.replace({});
  }
}
