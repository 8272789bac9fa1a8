// A part of a run with channels of its own: traffic and faults for a while, then a recovery, then a
// comparison of the history with the stored log. Its history is dropped afterwards, so that a run
// of hours needs no more memory than one of minutes.
import { setTimeout as sleep } from "node:timers/promises";
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { EvictableServer } from "./evictable-server.ts";
import { checkChannel } from "./final-check.ts";
import type { Person } from "./person.ts";
import { ProcessKiller } from "./process-killer.ts";
import { RawClient } from "./raw-client.ts";
import type { RunStatistics } from "./run-statistics.ts";
import { SdkClient } from "./sdk-client.ts";
import { TestedChannel } from "./tested-channel.ts";
import type { Violations } from "./violations.ts";
import { Workload } from "./workload.ts";

export interface PhaseContext {
  server: EvictableServer;
  people: readonly Person[];
  violations: Violations;
  statistics: RunStatistics;
  /** Resolves when the run need not go on. */
  stopEarly: Promise<void>;
}

/**
 * People with a second client, and how long all clients may take to recover once the faults end.
 */
const RAW_CLIENTS = 2;
const RECOVERED_WITHIN_MS = 45_000;
const RESEND_EVERY_MS = 1_000;
const OVERTIME_MS = 30_000;

export class Phase {
  readonly #context: PhaseContext;
  readonly #random: SeededRandom;
  readonly #testedChannels: TestedChannel[] = [];

  constructor(context: PhaseContext, random: SeededRandom) {
    this.#context = context;
    this.#random = random;
  }

  get acked(): number {
    return this.#testedChannels.reduce((sum, { history }) => sum + history.acked, 0);
  }

  /** Those that are messages. */
  get ackedSends(): number {
    return this.#testedChannels.reduce((sum, { history }) => sum + history.ackedSends, 0);
  }

  get delivered(): number {
    const clients = this.#testedChannels.flatMap((tested) => tested.clients);
    return clients.reduce((sum, { deliveries }) => sum + deliveries.count, 0);
  }

  get forgeriesRefused(): number {
    return this.#testedChannels.reduce((sum, tested) => sum + tested.forgeriesRefused, 0);
  }

  /** `isOver`: whether the run need not go on. */
  async run(channels: number, ms: number, kills: number, isOver: () => boolean): Promise<void> {
    const { server, statistics, people } = this.#context;
    // A held poll keeps its object in memory, and such an object is not evicted. Clients that may
    // poll are therefore in the first channel only.
    const withSockets = people.filter(({ transport }) => transport === "socket");
    const set = Array.from({ length: channels }, (_, at) =>
      this.#setUp(`channel ${at + 1}`, at === 0 ? people : withSockets),
    );
    this.#testedChannels.push(...(await Promise.all(set)));
    const end = performance.now() + ms;
    let isKilling = true;
    // On a slow machine the last kill may come late and still needs traffic.
    const isDone = () => isOver() || performance.now() > end + (isKilling ? OVERTIME_MS : 0);
    const workloads = this.#testedChannels.map((tested) => new Workload(tested, server, statistics, isDone).run());
    await new ProcessKiller(server, this.#testedChannels, statistics, this.#random.fork("kills")).run(
      kills,
      ms,
      isDone,
    );
    isKilling = false;
    await Promise.all(workloads);
    if (!isOver()) await this.#recover();
    if (!isOver()) await Promise.all(this.#testedChannels.map((tested) => this.#check(tested)));
    for (const tested of this.#testedChannels) await tested.leave();
  }

  async #setUp(name: string, people: readonly Person[]): Promise<TestedChannel> {
    const { violations, server, stopEarly } = this.#context;
    const [owner, ...others] = people;
    if (!owner) throw new Error("the channel needs an owner");
    const id = await owner.client.createGroup({ name, members: others.map((person) => person.id) });
    const tested = new TestedChannel(id, violations, this.#random.fork(name));
    const seated = people.map((person) => SdkClient.open(`${person.client.me.get()?.name} in ${name}`, person, tested));
    tested.sdkClients.push(...(await Promise.all(seated)));
    for (const person of people.slice(0, RAW_CLIENTS)) {
      const rawClient = `second device of ${person.client.me.get()?.name} in ${name}`;
      tested.rawClients.push(
        await RawClient.join(rawClient, person, tested, server.port, this.#random.fork(rawClient)),
      );
    }
    // Entries to load later, written before any fault.
    for (let i = 0; i < 8; i++)
      for (const sdkClient of tested.sdkClients) sdkClient.submit({ type: "message.send", text: `hello ${i}` });
    const late = sleep(RECOVERED_WITHIN_MS, "late", { ref: false });
    const answered = tested.history.whenUnanswered(0);
    if ((await Promise.race([answered, stopEarly, late])) === "late")
      violations.add("stuck", `${name} could not be set up`);
    await Promise.all(tested.sdkClients.map((sdkClient) => sdkClient.loadStart()));
    return tested;
  }

  async #check(tested: TestedChannel): Promise<void> {
    try {
      await checkChannel(tested, `http://127.0.0.1:${this.#context.server.port}`);
    } catch (error) {
      tested.violations.add("stuck", `the stored log could not be read: ${String(error)}`);
    }
  }

  /**
   * After the last fault, every command must be answered and every client must receive every entry.
   */
  async #recover(): Promise<void> {
    const deadline = performance.now() + RECOVERED_WITHIN_MS;
    const hasRecovered = () =>
      this.#testedChannels.every(
        ({ history, clients, observedLog }) =>
          history.unanswered === 0 && clients.every(({ deliveries }) => deliveries.last >= observedLog.head),
      );
    for (let waited = 0; !hasRecovered() && performance.now() < deadline; waited += 20) {
      if (waited % RESEND_EVERY_MS === 0) for (const tested of this.#testedChannels) tested.resendUnanswered();
      await sleep(20);
    }
    // An entry that no client should receive would arrive within this time.
    await sleep(500);
  }
}
