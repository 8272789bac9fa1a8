// A whole run: a push service, a server, people, and the checks.

import { isMet } from "../kit/report.ts";
import { SeededRandom } from "../kit/seeded-random.ts";
import type { ServerProcess } from "../kit/server-process.ts";
import type { SourceTree } from "../kit/source-tree.ts";
import { ArrivalReader } from "./arrival-reader.ts";
import { runBehaviours } from "./behaviours.ts";
import { type CheckResult, check } from "./checker.ts";
import { clearExpectations } from "./clear-checker.ts";
import { expectationsOf } from "./expectations.ts";
import { History } from "./history.ts";
import { HttpClient } from "./http-client.ts";
import { type Pace, runMessageWorkload } from "./message-workload.ts";
import { interruptPushService, killRepeatedly } from "./nemesis.ts";
import { createPopulation, type Population, type PopulationSize } from "./population.ts";
import { PushFaults } from "./push-faults.ts";
import { PushProxy } from "./push-proxy.ts";
import { PushService } from "./push-service.ts";
import { startNotifyingServer } from "./server.ts";
import { changeDevicesAndMembers } from "./turnover.ts";
import { World } from "./world.ts";

export interface Plan {
  size: PopulationSize;
  pace: Pace;
  /** The mean interval between changes of devices. */
  deviceChangeMs: number;
  trafficMs: number;
  kills: number;
  outages: number;
  outageMs: number;
  /** How many notifications must arrive at least. */
  arrivals: number;
}

const READ_EVERY_MS = 4_000;
const DRAIN_MS = 200_000;
const PROGRESS_EVERY_MS = 60_000;
/** With nothing more expected, the run ends after this time without a request. */
const CALM_MS = 8_000;

export interface Outcome extends CheckResult {
  hasPassed: boolean;
}

export async function runSuite(tree: SourceTree, plan: Plan, seed: string): Promise<Outcome> {
  const random = new SeededRandom(seed);
  const history = new History();
  const pushFaults = new PushFaults(random.fork("push faults"));
  const pushService = await PushService.open();
  const arrivalReader = new ArrivalReader(history, pushService);
  const pushProxy = await PushProxy.open(pushService, pushFaults, (request) => arrivalReader.recordRequest(request));
  const server = await startNotifyingServer(tree, pushProxy.origin);
  try {
    const http = new HttpClient(server.port);
    const world = new World(server.port, { http, history, pushService, pushProxy, random });
    const population = await createPopulation(world, plan.size);
    const startedAt = Date.now();
    const kills = await runTraffic(world, population, server, pushFaults, arrivalReader, plan);
    for (const { person } of population.participants) {
      person.disconnect();
      person.closeChannel();
    }
    const { bars, seen, examples } = check(history, startedAt);
    const unreadable = arrivalReader.unreadable.length;
    Object.assign(bars, {
      arrived: { value: history.arrivals.length, atLeast: plan.arrivals },
      kills: { value: kills, atLeast: plan.kills },
      unreadable: { value: unreadable, atMost: 0 },
    });
    const downSeconds = history.downs.map(({ from, to }) => (to - from) / 1_000);
    const outageSeconds = history.outages.map(({ from, to }) => (to - from) / 1_000);
    Object.assign(seen, {
      people: population.participants.length,
      devices: history.targets.size,
      downSeconds,
      outageSeconds,
    });
    Object.assign(seen, { seconds: Math.round((Date.now() - startedAt) / 1_000) });
    const hasPassed = Object.values(bars).every(isMet);
    return { bars, seen, examples: [...examples, ...arrivalReader.unreadable.slice(0, 3)], hasPassed };
  } finally {
    await server.remove();
    pushProxy.close();
    pushService.close();
  }
}

/** Answers how often the server was killed. */
async function runTraffic(
  world: World,
  population: Population,
  server: ServerProcess,
  pushFaults: PushFaults,
  arrivalReader: ArrivalReader,
  plan: Plan,
): Promise<number> {
  const { trafficMs } = plan;
  const readingArrivals = setInterval(() => void arrivalReader.readAll(), READ_EVERY_MS);
  const ending = setTimeout(() => world.end(), trafficMs);
  const reporting = setInterval(() => console.error(progress(world)), PROGRESS_EVERY_MS);
  try {
    const [kills] = await Promise.all([
      killRepeatedly(world, population, server, plan.kills, trafficMs),
      interruptPushService(world, pushFaults, plan.outages, plan.outageMs, trafficMs),
      runMessageWorkload(world, population, plan.pace),
      runBehaviours(world, population),
      changeDevicesAndMembers(world, population, plan.deviceChangeMs),
    ]);
    await drain(world, arrivalReader);
    await readEverything(world, population);
    await drain(world, arrivalReader);
    return kills;
  } finally {
    clearTimeout(ending);
    clearInterval(reporting);
    clearInterval(readingArrivals);
  }
}

/** Everyone reads everything, so that every notification still shown must be cleared. */
async function readEverything({ history }: World, population: Population): Promise<void> {
  for (const { person } of population.participants) {
    const channels = [...history.channels.values()].filter(({ memberships }) => memberships.has(person.id));
    await Promise.all(channels.map((channel) => person.read(channel)));
  }
}

const progress = ({ history, isOver }: World): string =>
  `${history.arrivals.length} notifications arrived, ${history.requests.length} requests, ${history.downs.length} kills${isOver ? "; waiting for the last" : ""}`;

/** Waits until everything expected has arrived or is late. */
async function drain({ history }: World, arrivalReader: ArrivalReader): Promise<void> {
  const begunAt = Date.now();
  while (Date.now() - begunAt < DRAIN_MS) {
    await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS / 2));
    await arrivalReader.readAll();
    const now = Date.now();
    const isWaiting =
      expectationsOf(history).some(
        ({ arrivedAt, isUndecided, deadline }) => arrivedAt === null && !isUndecided && deadline > now,
      ) || clearExpectations(history).some(({ isMet, deadline }) => !isMet && deadline > now);
    if (!isWaiting && now - (history.requests.at(-1)?.at ?? 0) > CALM_MS) return;
  }
}
