// What befalls everybody: the push service is gone for a while, and the server is killed in the middle of its work.
import type { Dice } from "../faults/dice.ts";
import type { Cast } from "./cast.ts";
import type { Talk } from "./ledger.ts";
import type { Server } from "./server.ts";
import { say } from "./speaking.ts";
import type { Weather } from "./weather.ts";
import type { World } from "./world.ts";

/** Channels in which something is said just before a kill, and then nothing. */
const VICTIMS = 8;
/** Longer than anything may take to arrive. */
const HELD_MS = 75_000;
/** From a message to its notification: the kill comes somewhere in between. */
const WITHIN_MS = 3_000;

export async function kill(world: World, cast: Cast, server: Server, kills: number, ms: number): Promise<number> {
  const dice = world.dice.for("kills");
  const begunAt = Date.now();
  let done = 0;
  while (done < kills) {
    const at = begunAt + ((done + 0.3 + 0.4 * dice.roll()) * ms) / kills;
    if (!(await world.pause(Math.max(0, at - Date.now())))) break;
    await burst(world, cast, dice);
    await world.pause(WITHIN_MS * dice.roll());
    world.ledger.downs.push(await server.killAndStart(dice.between(0, 500)));
    done++;
  }
  return done;
}

/** Several people are told something that nobody adds to. */
async function burst(world: World, cast: Cast, dice: Dice): Promise<void> {
  const free = cast.members.flatMap(({ habit, direct }) =>
    habit === "offline" && direct && !world.isHeld(direct) ? [direct] : [],
  );
  const chosen: Talk[] = dice.shuffle(free).slice(0, VICTIMS);
  for (const { id } of chosen) world.heldUntil.set(id, Date.now() + HELD_MS);
  await Promise.all(
    chosen.map((talk) => {
      const writer = cast.writerOf.get(talk.id);
      return writer && say(world, talk, writer, dice);
    }),
  );
}

/** `phases`: how often; each lasts about so long. */
export async function breakDown(
  world: World,
  weather: Weather,
  phases: number,
  eachMs: number,
  ms: number,
): Promise<void> {
  const dice = world.dice.for("outages");
  for (let phase = 0; phase < phases; phase++) {
    if (!(await world.pause(((0.5 + 0.5 * dice.roll()) * ms) / phases - eachMs))) return;
    const heal = weather.breakDown(phase % 2 === 0 ? "refused" : "broken");
    await world.pause(eachMs);
    world.ledger.outages.push(heal());
  }
}
