// A whole run: everyone connects, people and the server are disturbed, and in the end every screen
// is right.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { raised } from "../kit/rates.ts";
import { SeededRandom } from "../kit/seeded-random.ts";
import { startServer } from "../kit/server-process.ts";
import type { Bundle } from "../kit/worker-bundle.ts";
import { ScreenAudit } from "./checker.ts";
import { Findings } from "./findings.ts";
import type { Options } from "./options.ts";
import { connectAll, createPeople } from "./population.ts";
import { SEEN_WITHIN_MS } from "./presence-model.ts";
import { crashRepeatedly } from "./process-killer.ts";
import { Progress, runWorkload } from "./workload.ts";
import { World } from "./world.ts";

const AUDIT_EVERY_MS = 1_000;
/** What is not seen within this time is found by the last check. */
const CALM_MS = SEEN_WITHIN_MS + 2_000;
const LOOK_EVERY_MS = 100;
const SAY_EVERY_MS = 30_000;
const MINUTES = 25;

export interface SimulationResult {
  findings: Findings;
  progress: Progress;
  setting: Record<string, number>;
}

export const logProgress = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

/** `stopsEarly`: the first finding ends the run. */
export async function simulate(bundle: Bundle, options: Options, stopsEarly: boolean): Promise<SimulationResult> {
  const findings = new Findings();
  const progress = new Progress(options.disturbances);
  const random = new SeededRandom(options.seed);
  const server = await startServer(bundle, raised);
  const world = new World(server.port, findings);
  const audit = new ScreenAudit(world);
  const lag = monitorEventLoopDelay();
  const begun = Date.now();
  const endsAt = begun + MINUTES * 60_000;
  const isOver = () => progress.isComplete || (stopsEarly && findings.total > 0) || Date.now() > endsAt;
  const timers: ReturnType<typeof setInterval>[] = [];
  try {
    const people = await createPeople(world, options.people, random.fork("crowd"));
    await connectAll(people);
    logProgress(`${people.length} people connected in ${Math.round((Date.now() - begun) / 1_000)} s`);
    lag.enable();
    timers.push(setInterval(() => audit.checkScreens(), AUDIT_EVERY_MS));
    timers.push(
      setInterval(() => logProgress(`${progress.count} disturbances, ${findings.total} findings`), SAY_EVERY_MS),
    );
    const startedAt = Date.now();
    const crashes = crashRepeatedly(options.kills, world, server, progress, random.fork("crashes"), isOver);
    const lives = Promise.all(people.map((person) => runWorkload(person, progress, options.without, isOver)));
    if (stopsEarly) {
      while (!isOver()) await delay(LOOK_EVERY_MS);
      // What people are doing is abandoned.
      for (const person of people) person.isGone = true;
      world.goDown();
    }
    await lives;
    const gone = await crashes;
    if (!stopsEarly) await delay(Math.max(CALM_MS, world.clearAt + CALM_MS - Date.now()));
    audit.checkScreens();
    if (!stopsEarly && !progress.isComplete)
      findings.add("failed", `only ${progress.count} disturbances were completed`);
    const devices = people.flatMap((person) => [...person.present]);
    const watched = devices.reduce((sum, device) => sum + device.watched.length, 0);
    return {
      findings,
      progress,
      setting: {
        people: people.length,
        devices: devices.length,
        watchedPeopleOfAll: watched,
        kills: world.crashes,
        goneInCrashes: gone,
        judged: audit.judged,
        beats: devices.reduce((sum, { beats }) => sum + beats, 0),
        seconds: Math.round((Date.now() - startedAt) / 1_000),
        ownLagMaxMs: Math.round(lag.max / 1e6),
      },
    };
  } finally {
    for (const timer of timers) clearInterval(timer);
    for (const person of world.people.values()) for (const device of person.present) device.drop();
    await server.remove();
  }
}
