// A whole run: a server, people, and chapters until the time is over. Returns one line of numbers.
import { setTimeout as sleep } from "node:timers/promises";
import { Chapter } from "./chapter.ts";
import { Dice } from "./dice.ts";
import { Faults } from "./faults.ts";
import type { Options } from "./options.ts";
import { Person, type Transport } from "./person.ts";
import { Service } from "./service.ts";
import { Tally } from "./tally.ts";
import type { Tree } from "./tree.ts";

/** By place: most have sockets, one may change its mind, two have a network that blocks them. */
const transports: Transport[] = ["socket", "socket", "auto", "socket", "long-polling", "socket", "polling"];
const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "niaj"];
/** Long runs are cut into stretches of about this. */
const CHAPTER_MS = 120_000;

export interface Report {
  faults: Faults;
  numbers: Record<string, unknown>;
}

/** `others`: trees whose builds take turns with the first, at every restart. `isImpatient`: the first fault ends it. */
export async function perform(
  tree: Tree,
  others: readonly Tree[],
  options: Options,
  isImpatient: boolean,
): Promise<Report> {
  const dice = new Dice(options.seed);
  const [faults, tally] = [new Faults(), new Tally()];
  const begun = performance.now();
  const service = await Service.start(tree, others);
  const people: Person[] = [];
  const sums = { acked: 0, ackedSends: 0, delivered: 0, forgeriesRefused: 0 };
  try {
    for (const [at, name] of names.slice(0, options.people).entries()) {
      people.push(await Person.arrive(name, service.port, transports[at] ?? "socket", dice.for(name)));
    }
    const chapters = Math.max(1, Math.round((options.seconds * 1_000) / CHAPTER_MS));
    const isOver = () => isImpatient && faults.total > 0;
    const enough = isImpatient ? faults.first : new Promise<void>(() => {});
    for (let at = 0; at < chapters && !isOver(); at++) {
      const kills = Math.floor((options.kills * (at + 1)) / chapters) - Math.floor((options.kills * at) / chapters);
      const chapter = new Chapter({ service, people, faults, tally, enough }, dice.for(`chapter ${at + 1}`));
      await chapter.run(options.channels, (options.seconds * 1_000) / chapters, kills, isOver);
      for (const key of ["acked", "ackedSends", "delivered", "forgeriesRefused"] as const) sums[key] += chapter[key];
      // A run of an hour says what it found while somebody may still look.
      if (chapters > 1)
        console.error(`chapter ${at + 1} of ${chapters}:`, JSON.stringify({ ...sums, ...faults.counts }));
      if (!isImpatient) for (const example of faults.untold()) console.error(example);
    }
  } finally {
    await Promise.all(people.map((person) => person.leave()));
    await service.stop();
    await sleep(0);
  }
  const warnings: Record<string, number> = {};
  for (const person of people) {
    for (const [warning, count] of person.warnings) warnings[warning] = (warnings[warning] ?? 0) + count;
  }
  return {
    faults,
    numbers: {
      seed: options.seed,
      seconds: Math.round((performance.now() - begun) / 1_000),
      ...sums,
      ...faults.counts,
      kills: tally.kills,
      cuts: tally.cuts,
      evictions: tally.evictions,
      postponed: tally.postponed,
      unackedAtFaultMin: Number.isFinite(tally.unansweredAtFaultMin) ? tally.unansweredAtFaultMin : null,
      ...tally.recovery,
      memoryMb: Math.round(process.memoryUsage().rss / 1_048_576),
      warnings,
    },
  };
}
