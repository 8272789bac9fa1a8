// Drives one channel: sends bursts of commands and disrupts connections and objects meanwhile.
import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelClient } from "./channel-client.ts";
import type { EvictableServer } from "./evictable-server.ts";
import { type Disruption, nextRound, UNANSWERED_AT_FAULT } from "./fault-plan.ts";
import type { RawClient } from "./raw-client.ts";
import type { RunStatistics } from "./run-statistics.ts";
import type { SdkClient } from "./sdk-client.ts";
import type { TestedChannel } from "./tested-channel.ts";

/**
 * The next burst begins when at most this many commands are unanswered, or after this time: a
 * disconnected client must not hold up the others.
 */
const NEXT_BURST_AT = 20;
const ROUND_MS = 4_000;
const POLLING_SHARE = 5;
const RECOVERED_WITHIN_MS = 60_000;

export class Workload {
  readonly #tested: TestedChannel;
  readonly #server: EvictableServer;
  readonly #statistics: RunStatistics;
  readonly #isOver: () => boolean;
  /** Objects with a pending eviction. */
  readonly #evicting = new Set<string>();

  constructor(tested: TestedChannel, server: EvictableServer, statistics: RunStatistics, isOver: () => boolean) {
    this.#tested = tested;
    this.#server = server;
    this.#statistics = statistics;
    this.#isOver = isOver;
  }

  async run(): Promise<void> {
    const { sdkClients, rawClients, random, history } = this.#tested;
    const planning = random.fork("rounds");
    while (!this.#isOver()) {
      const round = nextRound(planning, sdkClients.length, rawClients.length);
      const end = sleep(ROUND_MS);
      this.burst(round.burst, round.rawBurst);
      for (let i = 0; i < round.lateRetries; i++) this.#tested.resendOld(random);
      for (let i = 0; i < round.forgeries; i++) this.#tested.forgeOld(random);
      for (const { unanswered, disruption } of round.disruptions) {
        await Promise.race([history.whenUnanswered(unanswered), end]);
        if (!this.#isOver()) this.#disrupt(disruption);
      }
      await Promise.race([history.whenUnanswered(NEXT_BURST_AT), end]);
      // People go on writing while the server is down, but not without limit.
      while (!this.#server.isUp && !this.#isOver()) await sleep(20);
    }
  }

  /** Everyone sends at once. Polling clients send less, because their answers take longer. */
  burst(each: number, rawBurst: number): void {
    const { sdkClients, rawClients, random, generator } = this.#tested;
    const submit = (client: SdkClient | RawClient) => client.submit(generator.next(client.person.id, random));
    for (let i = 0; i < each; i++) {
      for (const sdkClient of random.shuffle(sdkClients))
        if (i % POLLING_SHARE === 0 || !sdkClient.person.isPolling) submit(sdkClient);
    }
    for (let i = 0; i < rawBurst; i++) for (const rawClient of rawClients) submit(rawClient);
  }

  #disrupt(disruption: Disruption): void {
    if (!this.#server.isUp) return;
    if (disruption.kind === "evict") void this.#evict(disruption);
    else this.#cut(disruption);
  }

  async #evict({ className, webSockets, client }: Extract<Disruption, { kind: "evict" }>): Promise<void> {
    const { channel, sdkClients } = this.#tested;
    const name = className === "ChannelObject" ? channel : sdkClients[client]?.person.id;
    if (name === undefined || this.#evicting.has(name)) return;
    // An eviction waits until the object is idle; two at once would count as one.
    this.#evicting.add(name);
    if (await this.#server.evict({ className, name, webSockets })) this.#statistics.evictions++;
    this.#evicting.delete(name);
  }

  #cut(disruption: Extract<Disruption, { kind: "cut" }>): void {
    const { clients, random, history, sdkClients } = this.#tested;
    const client = clients[disruption.client];
    const connection = client?.connection();
    if (!client || !connection) return;
    if (history.unansweredSends < UNANSWERED_AT_FAULT) {
      this.#statistics.postponed++;
      this.burst(Math.ceil((2 * UNANSWERED_AT_FAULT) / sdkClients.length), 0);
    }
    this.#statistics.cuts++;
    this.#statistics.recordUnanswered(history.unansweredSends);
    const connections = disruption.everything ? client.connections() : [connection];
    const { liveCount } = client.liveness;
    const cutAt = performance.now();
    // A connection that broke earlier reports the earlier time, so this cut did not break it.
    void Promise.all(connections.map((one) => one.cut(disruption.how, random))).then((broken) =>
      this.#recovery(client, liveCount, Math.max(cutAt, Math.min(...broken))),
    );
  }

  /**
   * Measured from the moment both ends could notice the cut until the client is live again. A kill
   * in between makes the measurement invalid.
   */
  async #recovery(client: ChannelClient, liveCount: number, since: number): Promise<void> {
    const { kills } = this.#statistics;
    const back = await Promise.race([
      client.liveness.next(liveCount),
      sleep(RECOVERED_WITHIN_MS, null, { ref: false }),
    ]);
    if (this.#statistics.kills !== kills || this.#isOver()) return;
    if (back === null)
      this.#tested.violations.add("stuck", `${client.name} did not recover within a minute of its cut`);
    else this.#statistics.recoveriesMs.cut.push(back - since);
  }
}
