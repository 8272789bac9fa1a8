// A whole run: a push service, a server, people; and then the verdict.
import { Dice } from "../faults/dice.ts";
import type { Tree } from "../faults/tree.ts";
import { isMet } from "../load/scenario.ts";
import { type Cast, gather, type Size } from "./cast.ts";
import { converse, type Pace } from "./conversation.ts";
import { breakDown, kill } from "./disasters.ts";
import { Door } from "./door.ts";
import { dutiesOf } from "./due.ts";
import { Front } from "./front.ts";
import { live } from "./habits.ts";
import { Ledger } from "./ledger.ts";
import { Office } from "./office.ts";
import { Postbag } from "./postbag.ts";
import { Server } from "./server.ts";
import { clearances } from "./taking-back.ts";
import { turnOver } from "./turnover.ts";
import { judge, type Verdict } from "./verdict.ts";
import { Weather } from "./weather.ts";
import { World } from "./world.ts";

export interface Plan {
  size: Size;
  pace: Pace;
  trafficMs: number;
  kills: number;
  outages: number;
  outageMs: number;
  /** Notifications that have to arrive at least. */
  arrivals: number;
}

const READ_EVERY_MS = 4_000;
const DRAIN_MS = 200_000;
const TOLD_EVERY_MS = 60_000;
/** Nothing has to come any more, and nothing has for so long. */
const CALM_MS = 8_000;

export interface Outcome extends Verdict {
  isGood: boolean;
}

export async function perform(tree: Tree, plan: Plan, seed: string): Promise<Outcome> {
  const dice = new Dice(seed);
  const ledger = new Ledger();
  const weather = new Weather(dice.for("weather"));
  const office = await Office.open();
  const postbag = new Postbag(ledger, office);
  const front = await Front.open(office, weather, (knock) => postbag.note(knock));
  const server = await Server.start(tree, front.origin);
  try {
    const door = new Door(server.port);
    const world = new World(server.port, { door, ledger, office, front, dice });
    const cast = await gather(world, plan.size);
    const startedAt = Date.now();
    const kills = await play(world, cast, server, weather, postbag, plan);
    for (const { person } of cast.members) {
      person.leave();
      person.lookAway();
    }
    const { bars, seen, examples } = judge(ledger, startedAt);
    const unreadable = postbag.unreadable.length;
    Object.assign(bars, {
      arrived: { value: ledger.arrivals.length, atLeast: plan.arrivals },
      kills: { value: kills, atLeast: plan.kills },
      unreadable: { value: unreadable, atMost: 0 },
    });
    const downSeconds = ledger.downs.map(({ from, to }) => (to - from) / 1_000);
    const outageSeconds = ledger.outages.map(({ from, to }) => (to - from) / 1_000);
    Object.assign(seen, { people: cast.members.length, devices: ledger.targets.size, downSeconds, outageSeconds });
    Object.assign(seen, { seconds: Math.round((Date.now() - startedAt) / 1_000) });
    const isGood = Object.values(bars).every(isMet);
    return { bars, seen, examples: [...examples, ...postbag.unreadable.slice(0, 3)], isGood };
  } finally {
    server.stop();
    front.close();
    office.close();
  }
}

/** Answers how often the server was killed. */
async function play(
  world: World,
  cast: Cast,
  server: Server,
  weather: Weather,
  postbag: Postbag,
  plan: Plan,
): Promise<number> {
  const { trafficMs } = plan;
  const reading = setInterval(() => void postbag.empty(), READ_EVERY_MS);
  const ending = setTimeout(() => world.end(), trafficMs);
  const telling = setInterval(() => console.error(progress(world)), TOLD_EVERY_MS);
  try {
    const [kills] = await Promise.all([
      kill(world, cast, server, plan.kills, trafficMs),
      breakDown(world, weather, plan.outages, plan.outageMs, trafficMs),
      converse(world, cast, plan.pace),
      live(world, cast),
      turnOver(world, cast),
    ]);
    await drain(world, postbag);
    await readEverything(world, cast);
    await drain(world, postbag);
    return kills;
  } finally {
    clearTimeout(ending);
    clearInterval(telling);
    clearInterval(reading);
  }
}

/** What is still shown has to be taken back, and nobody says anything newer meanwhile. */
async function readEverything({ ledger }: World, cast: Cast): Promise<void> {
  for (const { person } of cast.members) {
    const talks = [...ledger.talks.values()].filter(({ seats }) => seats.has(person.id));
    await Promise.all(talks.map((talk) => person.read(talk)));
  }
}

const progress = ({ ledger, isOver }: World): string =>
  `${ledger.arrivals.length} notifications arrived, ${ledger.knocks.length} requests, ${ledger.downs.length} kills${isOver ? "; waiting for the last" : ""}`;

/** Until everything that is due is there, or too late. */
async function drain({ ledger }: World, postbag: Postbag): Promise<void> {
  const begunAt = Date.now();
  while (Date.now() - begunAt < DRAIN_MS) {
    await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS / 2));
    await postbag.empty();
    const now = Date.now();
    const isWaiting =
      dutiesOf(ledger).some(({ arrivedAt, isVoid, deadline }) => arrivedAt === null && !isVoid && deadline > now) ||
      clearances(ledger).some(({ isMet, deadline }) => !isMet && deadline > now);
    if (!isWaiting && now - (ledger.knocks.at(-1)?.at ?? 0) > CALM_MS) return;
  }
}
