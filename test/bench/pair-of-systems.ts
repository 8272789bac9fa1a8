// The two systems that are compared. Both run while either is measured: an idle one costs nothing,
// and both see the same conditions of the machine.
import type { Host } from "./host.ts";
import { type LimitMode, limitOf, startLimit } from "./limit.ts";
import { startParley } from "./parley.ts";
import { stopServer } from "./server.ts";
import type { System } from "./system.ts";

export interface PairOptions {
  /** The file of a profile of Parley; null for none. */
  profile: string | null;
  /** The folder of an earlier version, which takes the place of the limit; null for none. */
  before: string | null;
}

export class PairOfSystems {
  /** What Parley is compared with, by the mode that the scenario asks for. */
  readonly other: (mode: LimitMode) => System;
  readonly parley: System;

  private constructor(other: (mode: LimitMode) => System, parley: System) {
    this.other = other;
    this.parley = parley;
  }

  static async start(host: Host, { profile, before }: PairOptions): Promise<PairOfSystems> {
    const other = await startOther(host, before);
    return new PairOfSystems(other, await startParley(host, { profile, root: null }));
  }

  stop(): void {
    stopServer(this.other("each").server);
    stopServer(this.parley.server);
  }
}

async function startOther(host: Host, before: string | null): Promise<(mode: LimitMode) => System> {
  if (before !== null) {
    const earlier = await startParley(host, { profile: null, root: before });
    return () => earlier;
  }
  const limit = await startLimit(host);
  return (mode) => limitOf(limit, mode);
}
