// Readings of the meter in the Worker, and the difference of two of them.
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";

const byName = z.record(z.string(), z.number());
const counts = z.object({
  written: byName,
  read: z.number(),
  alarmsArmed: byName,
  requests: byName,
  socketMessages: z.number(),
  databaseWritten: z.number(),
  databaseRead: z.number(),
  workerRequests: z.number(),
  queueMessages: z.number(),
  activeMs: z.number(),
  constructions: z.number(),
});
const reading = z.object({ counts: z.record(z.string(), counts), armed: z.int() });

export type Counts = z.infer<typeof counts>;
export type Reading = z.infer<typeof reading>;

const NOTHING: Counts = counts.parse({
  written: {},
  read: 0,
  alarmsArmed: {},
  requests: {},
  socketMessages: 0,
  databaseWritten: 0,
  databaseRead: 0,
  workerRequests: 0,
  queueMessages: 0,
  activeMs: 0,
  constructions: 0,
});

export const total = (named: Record<string, number>): number =>
  Object.values(named).reduce((sum, count) => sum + count, 0);

/** Adds or subtracts counts, field by field. */
function combine(one: Counts, other: Counts, sign: 1 | -1): Counts {
  const named = (left: Record<string, number>, right: Record<string, number>) =>
    Object.fromEntries(
      [...new Set([...Object.keys(left), ...Object.keys(right)])]
        .map((name): [string, number] => [name, (left[name] ?? 0) + sign * (right[name] ?? 0)])
        .filter(([, count]) => count !== 0),
    );
  return {
    written: named(one.written, other.written),
    read: one.read + sign * other.read,
    alarmsArmed: named(one.alarmsArmed, other.alarmsArmed),
    requests: named(one.requests, other.requests),
    socketMessages: one.socketMessages + sign * other.socketMessages,
    databaseWritten: one.databaseWritten + sign * other.databaseWritten,
    databaseRead: one.databaseRead + sign * other.databaseRead,
    workerRequests: one.workerRequests + sign * other.workerRequests,
    queueMessages: one.queueMessages + sign * other.queueMessages,
    activeMs: one.activeMs + sign * other.activeMs,
    constructions: one.constructions + sign * other.constructions,
  };
}

/** Returns the sum of what these objects counted between two readings. */
export function between(before: Reading, after: Reading, objects: readonly string[]): Counts {
  return objects
    .map((name) => combine(after.counts[name] ?? NOTHING, before.counts[name] ?? NOTHING, -1))
    .reduce((sum, each) => combine(sum, each, 1), NOTHING);
}

export async function readMeter(port: number): Promise<Reading> {
  return reading.parse(await (await fetch(`http://127.0.0.1:${port}/meter`)).json());
}

const READ_EVERY_MS = 1_000;
/** Longer than anything waits without an alarm. */
const REST_MS = 3_000;
/** A member who is connected and does not read is checked again after 80 s. */
const TIMEOUT_MS = 240_000;

/** Resolves with the counts once no alarm is set and nothing has been counted for a while. */
export async function atRest(port: number): Promise<Reading> {
  const deadline = performance.now() + TIMEOUT_MS;
  let last = "";
  let since = performance.now();
  for (;;) {
    const now = await readMeter(port);
    const current = JSON.stringify(now.counts);
    if (current !== last || now.armed > 0) since = performance.now();
    else if (performance.now() - since >= REST_MS) return now;
    if (performance.now() > deadline) throw new Error(`not at rest: ${now.armed} alarms are set`);
    last = current;
    await delay(READ_EVERY_MS);
  }
}
