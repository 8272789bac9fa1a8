// Kills the server's process group and starts it again on its stored state. Some of the connected
// people never reconnect: when the lease is over, no one may see them.
import { setTimeout as delay } from "node:timers/promises";
import { limits } from "../../../src/protocol/limits.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { ServerProcess } from "../kit/server-process.ts";
import type { Person } from "./person.ts";
import type { Progress } from "./workload.ts";
import type { World } from "./world.ts";

const LOOK_EVERY_MS = 100;
const DOWN_MS = { low: 500, high: 4_000 };
/** The share of the connected people that leaves for good. */
const LEAVING_SHARE = 0.04;

/**
 * Kills the server at even intervals of the run's progress. Answers how many people left for good.
 */
export async function crashRepeatedly(
  kills: number,
  world: World,
  server: ServerProcess,
  progress: Progress,
  random: SeededRandom,
  isOver: () => boolean,
): Promise<number> {
  let gone = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const at = (progress.wanted * kill) / (kills + 1);
    while (progress.count < at && !isOver()) await delay(LOOK_EVERY_MS);
    if (isOver()) break;
    gone += await crash(world, server, random);
  }
  return gone;
}

async function crash(world: World, server: ServerProcess, random: SeededRandom): Promise<number> {
  const there = [...world.people.values()].filter((person) => !person.isGone);
  const leavers = new Set<Person>(random.shuffle(there).slice(0, Math.ceil(there.length * LEAVING_SHARE)));
  for (const person of leavers) person.isGone = true;
  const killedAt = Date.now();
  const steps = there.map((person) => ({ person, step: person.crash(killedAt) }));
  world.goDown();
  await server.kill();
  for (const person of leavers) person.present.clear();
  await delay(random.between(DOWN_MS.low, DOWN_MS.high));
  await server.start();
  world.comeUp();
  world.clearAt = Math.max(killedAt + limits.leaseMs, Date.now());
  for (const { person, step } of steps) if (leavers.has(person)) step.to = world.clearAt;
  return leavers.size;
}
