// A whole run: a server, people, and phases until the time is over. Returns one line of numbers.
import { setTimeout as sleep } from "node:timers/promises";
import { SeededRandom } from "../kit/seeded-random.ts";
import type { SourceTree } from "../kit/source-tree.ts";
import { EvictableServer } from "./evictable-server.ts";
import type { Options } from "./options.ts";
import { Person, type Transport } from "./person.ts";
import { Phase } from "./phase.ts";
import { RunStatistics } from "./run-statistics.ts";
import { Violations } from "./violations.ts";

/** By index: most clients use sockets, one may fall back, two have networks that block sockets. */
const transports: Transport[] = ["socket", "socket", "auto", "socket", "long-polling", "socket", "polling"];
const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "niaj"];
/** The approximate length of a phase of a long run. */
const PHASE_MS = 120_000;

export interface SuiteReport {
  violations: Violations;
  numbers: Record<string, unknown>;
}

/**
 * `others`: trees whose builds alternate with the first at every restart. `stopsAtFirst`: the first
 * violation ends the run.
 */
export async function runSuite(
  tree: SourceTree,
  others: readonly SourceTree[],
  options: Options,
  stopsAtFirst: boolean,
): Promise<SuiteReport> {
  const random = new SeededRandom(options.seed);
  const [violations, statistics] = [new Violations(), new RunStatistics()];
  const begun = performance.now();
  const server = await EvictableServer.start(tree, others);
  const people: Person[] = [];
  const sums = { acked: 0, ackedSends: 0, delivered: 0, forgeriesRefused: 0 };
  try {
    for (const [at, name] of names.slice(0, options.people).entries()) {
      people.push(await Person.register(name, server.port, transports[at] ?? "socket", random.fork(name)));
    }
    const phases = Math.max(1, Math.round((options.seconds * 1_000) / PHASE_MS));
    const isOver = () => stopsAtFirst && violations.total > 0;
    const stopEarly = stopsAtFirst ? violations.first : new Promise<void>(() => {});
    for (let at = 0; at < phases && !isOver(); at++) {
      const kills = Math.floor((options.kills * (at + 1)) / phases) - Math.floor((options.kills * at) / phases);
      const phase = new Phase({ server, people, violations, statistics, stopEarly }, random.fork(`phase ${at + 1}`));
      await phase.run(options.channels, (options.seconds * 1_000) / phases, kills, isOver);
      for (const key of ["acked", "ackedSends", "delivered", "forgeriesRefused"] as const) sums[key] += phase[key];
      // A run of an hour prints its findings while it goes on.
      if (phases > 1) console.error(`phase ${at + 1} of ${phases}:`, JSON.stringify({ ...sums, ...violations.counts }));
      if (!stopsAtFirst) for (const example of violations.unreported()) console.error(example);
    }
  } finally {
    await Promise.all(people.map((person) => person.leave()));
    await server.stop();
    await sleep(0);
  }
  const warnings: Record<string, number> = {};
  for (const person of people) {
    for (const [warning, count] of person.warnings) warnings[warning] = (warnings[warning] ?? 0) + count;
  }
  return {
    violations,
    numbers: {
      seed: options.seed,
      seconds: Math.round((performance.now() - begun) / 1_000),
      ...sums,
      ...violations.counts,
      kills: statistics.kills,
      cuts: statistics.cuts,
      evictions: statistics.evictions,
      postponed: statistics.postponed,
      unackedAtFaultMin: Number.isFinite(statistics.unansweredAtFaultMin) ? statistics.unansweredAtFaultMin : null,
      ...statistics.recovery,
      memoryMb: Math.round(process.memoryUsage().rss / 1_048_576),
      warnings,
    },
  };
}
