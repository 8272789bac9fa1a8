// Delivers changes of the directory to the objects that mirror them: rosters to channels, ended
// sessions to users. A request answers 2xx only after the objects confirmed. What it could not
// deliver stays in the roster outbox, and the cron repeats it.
import type { Database } from "../../directory/database";
import {
  confirmEndedSessions,
  confirmRoster,
  loadEndedSessions,
  loadRoster,
  overdueObjects,
  pendingObjects,
} from "../../directory/roster-outbox";
import { ChatError, unwrap } from "../../domain/error";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";

/** The most objects of one account that one request delivers to. The cron delivers to the rest. */
const PER_REQUEST = 200;
const PER_CRON = 200;
/**
 * The age from which the cron delivers a row. By then the request that wrote the row should have
 * ended.
 */
const OVERDUE_MS = 5_000;
const CONCURRENCY = 20;

/**
 * Delivers an account's own changes to its objects. Throws `temporary` if an object could not be
 * reached.
 */
export async function deliverPending(env: Env, db: Database, user: string): Promise<void> {
  const objects = await pendingObjects(db, user, PER_REQUEST);
  const isDelivered = await deliverAll(env, db, objects);
  // The list was truncated. A repeated request or the cron delivers the rest.
  if (!isDelivered || objects.length > PER_REQUEST) throw new ChatError("temporary");
}

/**
 * Delivers an account's changes to the channels that can be reached. A failure does not fail the
 * request.
 */
export async function tryDeliverPending(env: Env, db: Database, user: string): Promise<void> {
  const [, ...channels] = await pendingObjects(db, user, PER_REQUEST);
  if (channels.length > 0) await deliverAll(env, db, channels);
}

/** Delivers one channel's roster. Throws `temporary` if the channel could not be reached. */
export async function deliverRoster(env: Env, db: Database, channel: string): Promise<void> {
  if (!(await deliverAll(env, db, [channel]))) throw new ChatError("temporary");
}

/** Delivers what requests could not deliver. */
export async function deliverOverdue(env: Env, db: Database, now: number): Promise<void> {
  await deliverAll(env, db, await overdueObjects(db, now - OVERDUE_MS, PER_CRON));
}

/** Delivers to these objects. Returns whether every object confirmed. */
async function deliverAll(env: Env, db: Database, objects: string[]): Promise<boolean> {
  let isComplete = true;
  for (let i = 0; i < objects.length; i += CONCURRENCY) {
    const results = await Promise.all(objects.slice(i, i + CONCURRENCY).map((object) => deliver(env, db, object)));
    isComplete &&= results.every(Boolean);
  }
  return isComplete;
}

async function deliver(env: Env, db: Database, object: string): Promise<boolean> {
  try {
    await (object.startsWith("c_") ? deliverToChannel(env, db, object) : deliverToUser(env, db, object));
    return true;
  } catch (error) {
    logError("outbox.failed", error, { object });
    return false;
  }
}

async function deliverToChannel(env: Env, db: Database, id: string): Promise<void> {
  const roster = await loadRoster(db, id);
  if (!roster) return;
  unwrap(await retry(async () => env.CHANNELS.getByName(id).applyRoster(roster)));
  await confirmRoster(db, id, roster.revision);
}

async function deliverToUser(env: Env, db: Database, id: string): Promise<void> {
  const ended = await loadEndedSessions(db, id);
  if (!ended) return;
  await retry(async () => env.USERS.getByName(id).endSessions(ended.tokensFrom, ended.sessions));
  await confirmEndedSessions(db, id, ended);
}
