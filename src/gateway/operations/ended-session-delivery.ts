// Delivers ended sessions to the objects that may hold one of their sockets, many at a time. What
// could not be delivered stays in `ended_sessions`: the alarm of the user object and the cron
// repeat it.
import { moveBackfill, positionOfBackfill } from "../../directory/backfills";
import type { Database } from "../../directory/database";
import {
  convertOldEndings,
  type EndingSelection,
  loadEndings,
  type PendingEnding,
  recordEndings,
  remainingEndings,
} from "../../directory/ended-sessions";
import { unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { timeLeft, withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";
import { applyRoster } from "./roster-delivery";

/** How many objects are read at a time, and how many results are recorded by one statement. */
const PAGE = 500;
const RECORDED_TOGETHER = 50;

/**
 * Delivers the ended sessions of an account, to the user object first. Ends at `until` (epoch
 * milliseconds). Returns how many objects have not confirmed.
 */
export async function deliverEndedSessions(
  env: Env,
  db: Database,
  account: string,
  until: number,
  dueAt?: number,
): Promise<number> {
  const now = Date.now();
  const limit = tuning.objectsPerDelivery;
  const endings = await loadEndings(db, { account, limit, ...(dueAt !== undefined && { dueAt }) }, now);
  const left = endings.length - (await deliverAll(env, db, endings, until, now));
  return endings.length < limit ? left : (await remainingEndings(db, account)).pending;
}

/** Delivers what requests and alarms could not deliver, the earliest due first, until `until`. */
export async function deliverOverdueEndings(env: Env, db: Database, now: number, until: number): Promise<void> {
  await convertWhileUpdating(db, now);
  const selection: EndingSelection = { dueAt: now, limit: PAGE };
  const tried = new Set<string>();
  const keyOf = ({ ended, object }: PendingEnding) => `${ended.user} ${object}`;
  while (Date.now() < until) {
    const due = (await loadEndings(db, selection, now)).filter((ending) => !tried.has(keyOf(ending)));
    if (due.length === 0) return;
    for (const ending of due) tried.add(keyOf(ending));
    await deliverAll(env, db, due, until, now);
  }
}

/**
 * The job that converts what an earlier version left, and how long it runs after its first time.
 */
const UPDATE_JOB = "old-endings";
const UPDATE_MS = 3_600_000;

/**
 * Converts what an earlier version left in the roster outbox. That version may still answer
 * requests for a while after an update. Later there is nothing to convert, and the outbox is not
 * read.
 */
async function convertWhileUpdating(db: Database, now: number): Promise<void> {
  const begunAt = await positionOfBackfill(db, UPDATE_JOB);
  if (begunAt === "") await moveBackfill(db, UPDATE_JOB, String(now));
  else if (now - Number(begunAt) > UPDATE_MS) return;
  await convertOldEndings(db, now);
}

/**
 * Delivers to these objects and records the results. Returns how many confirmed. `now` is the time
 * from which a failure counts the pause.
 */
async function deliverAll(
  env: Env,
  db: Database,
  endings: PendingEnding[],
  until: number,
  now: number,
): Promise<number> {
  let confirmedCount = 0;
  const confirmed: PendingEnding[] = [];
  const failed: PendingEnding[] = [];
  const record = () => recordEndings(db, confirmed.splice(0), failed.splice(0), now);
  await runParallel(endings, tuning.deliveryConcurrency, until, async (ending) => {
    const isConfirmed = await tryDeliver(env, db, ending, until);
    if (isConfirmed) confirmedCount++;
    (isConfirmed ? confirmed : failed).push(ending);
    if (confirmed.length + failed.length >= RECORDED_TOGETHER) await record();
  });
  await record();
  return confirmedCount;
}

async function tryDeliver(env: Env, db: Database, ending: PendingEnding, until: number): Promise<boolean> {
  const { object } = ending;
  try {
    await withTimeout(
      object.startsWith("c_") ? deliverToChannel(env, db, ending) : deliverToOther(env, ending),
      timeLeft(until, tuning.deliveryAttemptMs),
    );
    return true;
  } catch (error) {
    logError("ended-sessions.failed", error, { object });
    return false;
  }
}

/** Delivers to a user object or a guild object. */
async function deliverToOther(env: Env, { object, ended }: PendingEnding): Promise<void> {
  const objects = object.startsWith("g_") ? env.GUILDS : env.USERS;
  await retry(async () => objects.getByName(object).endSessions(ended));
}

async function deliverToChannel(env: Env, db: Database, { object, ended }: PendingEnding): Promise<void> {
  const send = async () => unwrap(await retry(async () => env.CHANNELS.getByName(object).endSessions(ended)));
  if (await send()) return;
  // The channel does not know the member yet, and an older roster that is still under way could
  // bring the member with a lower token cutoff. After the present roster it cannot.
  await applyRoster(env, db, object);
  await send();
}
