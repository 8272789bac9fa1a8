// What it costs that somebody online is watched: people whom nobody, one person or fifty watch do nothing for whole leases, then each drops for longer than
// the grace and comes back. On a server of its own, because it is never at rest: whoever is watched has an alarm armed.
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
import { between, type Counts, readMeter } from "./reading.ts";

const WATCHERS = 50;
const ALONE = 10;
const FOLLOWED = 4;
const WIDTH = 8;
/** The first lease began with the connection and not with a heartbeat: what is measured begins when it is over. */
const FIRST_LEASE_MS = limits.leaseMs + 5_000;
/** The grace, its alarm, and the way to whoever watches. */
const FLAP_MS = limits.graceMs + 5_000;
const SETTLED_MS = 3_000;

/** Of the object of somebody, and of those who are told of them. */
export interface Watched {
  watchers: number;
  people: number;
  idle: { measuredMs: number; own: Counts; others: Counts };
  flap: { own: Counts; others: Counts };
}

export async function measureWatching(bundle: Bundle, idleMs: number): Promise<Watched[]> {
  const server = await startServer(bundle, raised);
  const { port } = server;
  const members: Member[] = [];
  try {
    const people = await registerPeople(port, WATCHERS + ALONE + FOLLOWED);
    const [owner, ...others] = people;
    const group = { kind: "group", nonce: randomUUID(), name: "watched", members: others.map(({ id }) => id) };
    await ask(port, "POST", "/v1/channels", group, owner?.session);
    members.push(...people.map((person) => new Member(port, person, "", new SeededRandom("", 0))));
    await mapConcurrently(members, WIDTH, (member) => member.come());
    const watchers = members.slice(0, WATCHERS);
    const alone = members.slice(WATCHERS, WATCHERS + ALONE);
    const followed = members.slice(WATCHERS + ALONE);
    await mapConcurrently(watchers, WIDTH, (watcher, at) => {
      const one = alone[at];
      return watcher.watch([...followed, ...(one ? [one] : [])].map(({ person }) => person.id));
    });

    await delay(FIRST_LEASE_MS);
    const begun = await readMeter(port);
    await delay(idleMs);
    const idled = await readMeter(port);
    const idleOf = (some: readonly Member[], tell: readonly Member[]) => ({
      measuredMs: idleMs,
      own: between(begun, idled, idsOf(some)),
      others: between(begun, idled, idsOf(tell)),
    });
    const measured: Watched[] = [
      { watchers: 0, people: watchers.length, idle: idleOf(watchers, []), flap: { own: NONE, others: NONE } },
    ];
    for (const some of [alone, followed]) {
      const before = await readMeter(port);
      for (const member of some) member.leave();
      await delay(FLAP_MS);
      await mapConcurrently(some, WIDTH, (member) => member.come());
      await delay(SETTLED_MS);
      const after = await readMeter(port);
      const flap = { own: between(before, after, idsOf(some)), others: between(before, after, idsOf(watchers)) };
      measured.push({
        watchers: some === alone ? 1 : WATCHERS,
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
