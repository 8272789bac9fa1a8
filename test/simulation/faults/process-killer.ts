// Kills the server in the middle of traffic and starts it again on the same state.
import { setTimeout as sleep } from "node:timers/promises";
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { EvictableServer } from "./evictable-server.ts";
import { UNANSWERED_AT_FAULT } from "./fault-plan.ts";
import type { RunStatistics } from "./run-statistics.ts";
import type { TestedChannel } from "./tested-channel.ts";

const TRAFFIC_WITHIN_MS = 5_000;
/** How many commands of a burst must be answered before a kill. */
const ANSWERED_BEFORE = 20;
const RECOVERED_WITHIN_MS = 60_000;

export class ProcessKiller {
  readonly #server: EvictableServer;
  readonly #testedChannels: readonly TestedChannel[];
  readonly #statistics: RunStatistics;
  readonly #random: SeededRandom;

  constructor(
    server: EvictableServer,
    testedChannels: readonly TestedChannel[],
    statistics: RunStatistics,
    random: SeededRandom,
  ) {
    this.#server = server;
    this.#testedChannels = testedChannels;
    this.#statistics = statistics;
    this.#random = random;
  }

  /** Performs this number of kills, spread over `ms`. */
  async run(kills: number, ms: number, isOver: () => boolean): Promise<void> {
    const begun = performance.now();
    for (let kill = 0; kill < kills; kill++) {
      const at = ((kill + 0.2 + 0.6 * this.#random.next()) * ms) / kills;
      const wanted = this.#random.between(UNANSWERED_AT_FAULT, 2 * UNANSWERED_AT_FAULT);
      const down = this.#random.between(0, 500);
      while (performance.now() - begun < at && !isOver()) await sleep(20);
      await this.#waitForTraffic(wanted, isOver);
      if (isOver()) return;
      await this.#kill(down);
    }
  }

  get #unansweredSends(): number {
    return this.#testedChannels.reduce((sum, { history }) => sum + history.unansweredSends, 0);
  }

  /**
   * Waits until a burst has been answered down to `wanted`: a kill may lose what was acknowledged
   * just before it.
   */
  async #waitForTraffic(wanted: number, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { history } = this.#random.pick(this.#testedChannels);
      const patience = sleep(TRAFFIC_WITHIN_MS);
      while (!isOver() && history.unanswered <= wanted + ANSWERED_BEFORE) await sleep(1);
      await Promise.race([history.whenUnanswered(wanted), patience]);
      if (this.#unansweredSends >= UNANSWERED_AT_FAULT && history.unanswered <= wanted) return;
      this.#statistics.postponed++;
    }
  }

  async #kill(downMs: number): Promise<void> {
    this.#statistics.recordUnanswered(this.#unansweredSends);
    this.#statistics.kills++;
    const clients = this.#testedChannels.flatMap((tested) => tested.clients);
    const before = clients.map(({ liveness }) => liveness.liveCount);
    await this.#server.kill();
    await sleep(downMs);
    await this.#server.start();
    const since = performance.now();
    const { kills } = this.#statistics;
    for (const [at, { liveness, name }] of clients.entries()) {
      const late = sleep(RECOVERED_WITHIN_MS, null, { ref: false });
      void Promise.race([liveness.next(before[at] ?? 0), late]).then((back) => {
        if (this.#statistics.kills !== kills) return;
        if (back === null)
          this.#testedChannels[0]?.violations.add("stuck", `${name} did not recover within a minute of a kill`);
        else this.#statistics.recoveriesMs.kill.push(Math.max(0, back - since));
      });
    }
  }
}
