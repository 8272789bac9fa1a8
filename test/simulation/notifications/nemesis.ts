// What befalls everybody: the push service is gone for a while, and the server is killed in the middle of its work.

import type { SeededRandom } from "../kit/seeded-random.ts";
import type { ServerProcess } from "../kit/server-process.ts";
import type { ChannelHistory } from "./history.ts";
import { sendMessage } from "./message-sender.ts";
import type { Population } from "./population.ts";
import type { PushFaults } from "./push-faults.ts";
import { restart } from "./server.ts";
import type { World } from "./world.ts";

/** Channels in which something is said just before a kill, and then nothing. */
const VICTIMS = 8;
/** Longer than anything may take to arrive. */
const HELD_MS = 75_000;
/** From a message to its notification: the kill comes somewhere in between. */
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

/** Several people are told something that nobody adds to. */
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

/** `phases`: how often; each lasts about so long. */
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
