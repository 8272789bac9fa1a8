// The faults of a run: outages of the push service, and kills of the server while it delivers.

import type { SeededRandom } from "../kit/seeded-random.ts";
import type { ServerProcess } from "../kit/server-process.ts";
import type { ChannelHistory } from "./history.ts";
import { sendMessage } from "./message-sender.ts";
import type { Population } from "./population.ts";
import type { PushFaults } from "./push-faults.ts";
import { restart } from "./server.ts";
import type { World } from "./world.ts";

/** How many channels get a message just before a kill, and nothing after it. */
const VICTIMS = 8;
/** Longer than any notification may take. */
const HELD_MS = 75_000;
/** How long a notification may take; the kill comes within this time. */
const WITHIN_MS = 3_000;

export async function killRepeatedly(
  world: World,
  population: Population,
  server: ServerProcess,
  kills: number,
  ms: number,
): Promise<number> {
  const random = world.random.fork("kills");
  const begunAt = Date.now();
  let done = 0;
  while (done < kills) {
    const at = begunAt + ((done + 0.3 + 0.4 * random.next()) * ms) / kills;
    if (!(await world.pause(Math.max(0, at - Date.now())))) break;
    await burst(world, population, random);
    await world.pause(WITHIN_MS * random.next());
    world.history.downs.push(await restart(server, random.between(0, 500)));
    done++;
  }
  return done;
}

/** Sends one message in each of several channels, which then stay silent. */
async function burst(world: World, population: Population, random: SeededRandom): Promise<void> {
  const free = population.participants.flatMap(({ behaviour, direct }) =>
    behaviour === "offline" && direct && !world.isHeld(direct) ? [direct] : [],
  );
  const chosen: ChannelHistory[] = random.shuffle(free).slice(0, VICTIMS);
  for (const { id } of chosen) world.heldUntil.set(id, Date.now() + HELD_MS);
  await Promise.all(
    chosen.map((channel) => {
      const writer = population.writerOf.get(channel.id);
      return writer && sendMessage(world, channel, writer, random);
    }),
  );
}

/** `phases`: the number of outages, each of about `eachMs`. */
export async function interruptPushService(
  world: World,
  pushFaults: PushFaults,
  phases: number,
  eachMs: number,
  ms: number,
): Promise<void> {
  const random = world.random.fork("outages");
  for (let phase = 0; phase < phases; phase++) {
    if (!(await world.pause(((0.5 + 0.5 * random.next()) * ms) / phases - eachMs))) return;
    const heal = pushFaults.startOutage(phase % 2 === 0 ? "refused" : "broken");
    await world.pause(eachMs);
    world.history.outages.push(heal());
  }
}
