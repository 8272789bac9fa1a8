// Measures what it costs to be watched while online. People with no, one or fifty watchers do
// nothing for whole leases. Then each drops for longer than the grace period and comes back. Runs
// on its own server, which is never at rest, because a watched person always has an alarm.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { limits } from "../../src/protocol/limits.ts";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { ask, registerPeople } from "../simulation/kit/population.ts";
import { raised } from "../simulation/kit/rates.ts";
import { SeededRandom } from "../simulation/kit/seeded-random.ts";
import { startServer } from "../simulation/kit/server-process.ts";
import type { Bundle } from "../simulation/kit/worker-bundle.ts";
import { Member } from "./member.ts";
import { between, type Counts, readMeter } from "./meter-reading.ts";

const WATCHERS = 50;
const WITH_ONE_WATCHER = 10;
const WITH_ALL_WATCHERS = 4;
const WIDTH = 8;
/**
 * The first lease begins with the connection and not with a heartbeat, so the measurement begins
 * after that lease.
 */
const FIRST_LEASE_MS = limits.leaseMs + 5_000;
/** The grace period, its alarm, and the deliveries to the watchers. */
const FLAP_MS = limits.graceMs + 5_000;
const SETTLED_MS = 3_000;

/** The cost in the watched user objects (`own`) and in those of their watchers (`others`). */
export interface PresenceCost {
  watchers: number;
  people: number;
  idle: { measuredMs: number; own: Counts; others: Counts };
  flap: { own: Counts; others: Counts };
}

export async function measurePresence(bundle: Bundle, idleMs: number): Promise<PresenceCost[]> {
  const server = await startServer(bundle, raised);
  const { port } = server;
  const members: Member[] = [];
  try {
    const people = await registerPeople(port, WATCHERS + WITH_ONE_WATCHER + WITH_ALL_WATCHERS);
    const [owner, ...others] = people;
    const group = { kind: "group", nonce: randomUUID(), name: "watched", members: others.map(({ id }) => id) };
    await ask(port, "POST", "/v1/channels", group, owner?.session);
    members.push(...people.map((person) => new Member(port, person, "", new SeededRandom("", 0))));
    await mapConcurrently(members, WIDTH, (member) => member.connect());
    const watchers = members.slice(0, WATCHERS);
    const withOne = members.slice(WATCHERS, WATCHERS + WITH_ONE_WATCHER);
    const withAll = members.slice(WATCHERS + WITH_ONE_WATCHER);
    await mapConcurrently(watchers, WIDTH, (watcher, at) => {
      const one = withOne[at];
      return watcher.watch([...withAll, ...(one ? [one] : [])].map(({ person }) => person.id));
    });

    await delay(FIRST_LEASE_MS);
    const idleBegan = await readMeter(port);
    await delay(idleMs);
    const idleEnded = await readMeter(port);
    const idleOf = (some: readonly Member[], watching: readonly Member[]) => ({
      measuredMs: idleMs,
      own: between(idleBegan, idleEnded, idsOf(some)),
      others: between(idleBegan, idleEnded, idsOf(watching)),
    });
    const measured: PresenceCost[] = [
      { watchers: 0, people: watchers.length, idle: idleOf(watchers, []), flap: { own: NONE, others: NONE } },
    ];
    for (const some of [withOne, withAll]) {
      const before = await readMeter(port);
      for (const member of some) member.leave();
      await delay(FLAP_MS);
      await mapConcurrently(some, WIDTH, (member) => member.connect());
      await delay(SETTLED_MS);
      const after = await readMeter(port);
      const flap = { own: between(before, after, idsOf(some)), others: between(before, after, idsOf(watchers)) };
      measured.push({
        watchers: some === withOne ? 1 : WATCHERS,
        people: some.length,
        idle: idleOf(some, watchers),
        flap,
      });
    }
    return measured;
  } finally {
    for (const member of members) member.leave();
    await server.remove();
  }
}

const NONE = between({ counts: {}, armed: 0 }, { counts: {}, armed: 0 }, []);
const idsOf = (members: readonly Member[]): string[] => members.map(({ person }) => person.id);
