// Disturbs one person now and then until the run has had enough disturbances. A crash of the server
// interrupts this, and the person recovers.
import { setTimeout as delay } from "node:timers/promises";
import { type Disturbance, disturbances, weights } from "./disturbances.ts";
import type { Person } from "./person.ts";

/** Intervals that a machine with two slow cores can follow. */
const BETWEEN_MS = { low: 5_000, high: 36_000 };
/** The longest delay of a recovery. */
const RECOVERY_DELAY_MS = 6_000;
const RETRY_MS = 1_000;
const ATTEMPTS = 3;

/** The disturbances of all people. */
export class Progress {
  readonly wanted: number;
  readonly done: Partial<Record<Disturbance, number>> = {};
  interrupted = 0;
  #left: number;

  constructor(wanted: number) {
    this.wanted = wanted;
    this.#left = wanted;
  }

  get count(): number {
    return Object.values(this.done).reduce((sum, count) => sum + count, 0);
  }

  get isComplete(): boolean {
    return this.count >= this.wanted;
  }

  /** Whether another disturbance may begin. */
  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }

  record(kind: Disturbance): void {
    this.done[kind] = (this.done[kind] ?? 0) + 1;
  }

  /** A disturbance was interrupted, so another one has to replace it. */
  interrupt(): void {
    this.interrupted++;
    this.#left++;
  }
}

export async function runWorkload(
  person: Person,
  progress: Progress,
  without: readonly string[],
  isOver: () => boolean,
): Promise<void> {
  const { world, random } = person;
  const possible = { ...weights };
  for (const kind of Object.keys(possible) as Disturbance[]) if (without.includes(kind)) possible[kind] = 0;
  while (!isOver() && !person.isGone) {
    let kind: Disturbance | null = null;
    try {
      await world.pause(random.between(BETWEEN_MS.low, BETWEEN_MS.high));
      if (!progress.take()) continue;
      kind = random.weighted(possible);
      await disturbances[kind](person);
      if (person.isCutOff) throw new Error("the server was killed meanwhile");
      progress.record(kind);
    } catch (error) {
      if (kind) progress.interrupt();
      if (!person.isCutOff) world.findings.add("failed", `${person.handle}, ${kind}: ${error}`);
      await recoverPerson(person);
    }
  }
}

/** Tries again after each further crash; gives up where the server is up and refuses. */
async function recoverPerson(person: Person): Promise<void> {
  const { world, random } = person;
  let failures = 0;
  while (!person.isGone && failures < ATTEMPTS) {
    await world.isUp;
    await delay(random.between(0, RECOVERY_DELAY_MS));
    const { crashes } = world;
    try {
      return await person.recover();
    } catch (error) {
      await delay(RETRY_MS);
      if (world.crashes !== crashes) continue;
      failures++;
      world.findings.add("failed", `${person.handle} could not recover: ${error}`);
    }
  }
}
