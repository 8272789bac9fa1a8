// People who are online and only send heartbeats. Their objects must hibernate: a heartbeat writes
// no row and wakes no object. The cost meter counts from outside. A watched person's object wakes
// for the end of each lease and for nothing else.
import { setTimeout as delay } from "node:timers/promises";
import { between, type Counts, type Reading, readMeter, total } from "../../cost/meter-reading.ts";
import { mapConcurrently } from "../kit/concurrency.ts";
import { raised } from "../kit/rates.ts";
import type { Report } from "../kit/report.ts";
import { SeededRandom } from "../kit/seeded-random.ts";
import { startServer } from "../kit/server-process.ts";
import type { Bundle } from "../kit/worker-bundle.ts";
import type { Device } from "./device.ts";
import { Findings } from "./findings.ts";
import { createPeople } from "./population.ts";
import { logProgress } from "./suite.ts";
import { World } from "./world.ts";

const PEOPLE = 60;
const WATCHED = 20;
const WIDTH = 8;
/** Hibernation comes after 10 s; the rest is slack. */
const ASLEEP_MS = 15_000;
const BEAT_EVERY_MS = 2_000;
/** Often enough to keep an object awake. */
const NUDGE_MS = 3_000;

export async function sleep(bundle: Bundle, isQuick: boolean): Promise<Report> {
  const server = await startServer(bundle, raised);
  const world = new World(server.port, new Findings());
  const timers: ReturnType<typeof setInterval>[] = [];
  const devices: Device[] = [];
  try {
    const people = await createPeople(world, PEOPLE, new SeededRandom("asleep"));
    for (const person of people) {
      const device = person.newDevice(() => {});
      await device.open(await person.account.tokenOf(device.session));
      await device.sync();
      devices.push(device);
    }
    const [nudged, ...others] = devices;
    if (!nudged) throw new Error("no device to keep awake");
    // Each is watched by the next, so that some of the watched people watch and some do not.
    const [watched, unwatched] = [others.slice(0, WATCHED), others.slice(WATCHED)];
    for (const [at, { owner }] of watched.entries()) {
      const watcher = others[(at + 1) % others.length];
      if (!watcher?.owner.contacts.includes(owner)) continue;
      await watcher.watch([owner]);
    }
    timers.push(setInterval(() => void nudged.sendActive(), NUDGE_MS));
    await delay(ASLEEP_MS);
    logProgress("all objects hibernate");

    const beatsBefore = sum(others, ({ beats }) => beats);
    const before = await readMeter(server.port);
    let sent = 0;
    timers.push(
      setInterval(() => {
        sent += others.length;
        for (const device of others) device.beat();
      }, BEAT_EVERY_MS),
    );
    await delay(isQuick ? 20_000 : 90_000);
    clearInterval(timers.pop());
    // The last answers are still on their way.
    await delay(1_000);
    const after = await readMeter(server.port);
    const answered = sum(others, ({ beats }) => beats) - beatsBefore;
    await mapConcurrently(devices, WIDTH, (device) => device.sendActive());
    const woken = await readMeter(server.port);

    const quiet = countsOf(before, after, unwatched);
    const followed = countsOf(before, after, watched);
    const wokeOf = (some: readonly Device[]) => countsOf(after, woken, some).constructions;
    return {
      setting: { people: PEOPLE, watched: watched.length, unwatched: unwatched.length, beatsSent: sent },
      bars: {
        beatsUnanswered: { value: Math.max(0, sent - answered), atMost: 0 },
        rowsWritten: { value: total(quiet.written) + total(quiet.alarmsArmed), atMost: 0 },
        rowsRead: { value: quiet.read, atMost: 0 },
        requests: { value: total(quiet.requests) + quiet.socketMessages, atMost: 0 },
        objectsWoken: { value: quiet.constructions, atMost: 0 },
        millisecondsAwake: { value: quiet.activeMs, atMost: 0 },
        /**
         * When asked for something afterwards, each object must be constructed anew: it hibernated
         * through its heartbeats.
         */
        didNotSleep: { value: unwatched.length - wokeOf(unwatched), atMost: 0 },
        /** The control: an object that is kept awake does not hibernate. */
        sleptThoughNudged: { value: wokeOf([nudged]), atMost: 0 },
        wokenButByAlarms: { value: followed.constructions - (followed.requests.alarm ?? 0), atMost: 0 },
      },
      seen: {
        watched: {
          alarms: followed.requests.alarm ?? 0,
          otherRequests: total(followed.requests) - (followed.requests.alarm ?? 0),
          rowsWritten: total(followed.written),
          alarmsArmed: total(followed.alarmsArmed),
          constructions: followed.constructions,
          millisecondsAwake: followed.activeMs,
        },
      },
    };
  } finally {
    for (const timer of timers) clearInterval(timer);
    for (const device of devices) device.drop();
    await server.remove();
  }
}

const sum = (devices: readonly Device[], of: (device: Device) => number): number =>
  devices.reduce((all, device) => all + of(device), 0);

const countsOf = (before: Reading, after: Reading, devices: readonly Device[]): Counts =>
  between(
    before,
    after,
    devices.map(({ owner }) => owner.id),
  );
