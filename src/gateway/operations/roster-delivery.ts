// Bringing changes of the directory to the objects that mirror them. A request answers 2xx only after they confirmed; what it could not
// deliver stays in the outbox, and the cron repeats it.
import type { Database } from "../../directory/database";
import { confirmEndings, confirmRoster, loadEndings, loadRoster, overdue, pendingOf } from "../../directory/roster";
import { ChatError, unwrap } from "../../domain/error";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";

/** Objects of one account that a request tells itself; the cron tells the rest. */
const PER_REQUEST = 200;
const PER_CRON = 200;
/** Old enough that no request is still at it. */
const OVERDUE_MS = 5_000;
const CONCURRENCY = 20;

/** Tells everyone who must know of an account's own change. Throws `temporary` when somebody could not be reached. */
export async function deliverPending(env: Env, db: Database, user: string): Promise<void> {
  const objects = await pendingOf(db, user, PER_REQUEST);
  const reached = await deliverAll(env, db, objects);
  // A list that was cut is not done: the repeat of the request, or the cron, goes on.
  if (!reached || objects.length > PER_REQUEST) throw new ChatError("temporary");
}

/** Tells who must know of an account's changes, as far as they can be reached: a reader is not made to wait for it. */
export async function tryPending(env: Env, db: Database, user: string): Promise<void> {
  const [, ...channels] = await pendingOf(db, user, PER_REQUEST);
  if (channels.length > 0) await deliverAll(env, db, channels);
}

/** Tells one channel its roster. Throws `temporary` when it could not be reached. */
export async function deliverRoster(env: Env, db: Database, channel: string): Promise<void> {
  if (!(await deliverAll(env, db, [channel]))) throw new ChatError("temporary");
}

/** Repeats what requests could not deliver. */
export async function deliverOverdue(env: Env, db: Database, now: number): Promise<void> {
  await deliverAll(env, db, await overdue(db, now - OVERDUE_MS, PER_CRON));
}

async function deliverAll(env: Env, db: Database, objects: string[]): Promise<boolean> {
  let reached = true;
  for (let i = 0; i < objects.length; i += CONCURRENCY) {
    const told = await Promise.all(objects.slice(i, i + CONCURRENCY).map((object) => tell(env, db, object)));
    reached &&= told.every(Boolean);
  }
  return reached;
}

async function tell(env: Env, db: Database, object: string): Promise<boolean> {
  try {
    await (object.startsWith("c_") ? tellChannel(env, db, object) : tellUser(env, db, object));
    return true;
  } catch (error) {
    logError("outbox.failed", error, { object });
    return false;
  }
}

async function tellChannel(env: Env, db: Database, id: string): Promise<void> {
  const roster = await loadRoster(db, id);
  if (!roster) return;
  unwrap(await retry(async () => env.CHANNELS.getByName(id).applyRoster(roster)));
  await confirmRoster(db, id, roster.revision);
}

async function tellUser(env: Env, db: Database, id: string): Promise<void> {
  const endings = await loadEndings(db, id);
  if (!endings) return;
  await retry(async () => env.USERS.getByName(id).endSessions(endings.tokensFrom, endings.sessions));
  await confirmEndings(db, id, endings);
}
