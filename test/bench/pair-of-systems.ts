// The two systems that are compared. Both run while either is measured: an idle one costs nothing,
// and both see the same conditions of the machine.
import { type LimitMode, limitOf, startLimit } from "./limit.ts";
import { startParley } from "./parley.ts";
import type { Server } from "./server.ts";
import { stopServer } from "./server.ts";
import type { System } from "./system.ts";

export class PairOfSystems {
  readonly #limit: Server;
  readonly parley: System;

  private constructor(limit: Server, parley: System) {
    this.#limit = limit;
    this.parley = parley;
  }

  static async start(): Promise<PairOfSystems> {
    return new PairOfSystems(await startLimit(), await startParley());
  }

  limit(mode: LimitMode): System {
    return limitOf(this.#limit, mode);
  }

  stop(): void {
    stopServer(this.#limit);
    stopServer(this.parley.server);
  }
}
