// Delivers what an account has changed to its objects: ended sessions before rosters, for a limited
// time. The alarm of the user object delivers the rest, and the cron does if that object cannot be
// reached.
import type { Database } from "../../directory/database";
import { remainingEndings } from "../../directory/ended-sessions";
import { nextGuildAt } from "../../directory/guild-outbox";
import { FIRST_RETRY_MS } from "../../directory/retry-times";
import { nextRosterAt } from "../../directory/roster-outbox";
import type { DeliveryPort } from "../../domain/ports";
import { limits } from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { deliverEndedSessions } from "./ended-session-delivery";
import { deliverOwnGuilds } from "./guild-delivery";
import { deliverOwnRosters } from "./roster-delivery";

/** The part of an answer that says how many objects have not confirmed; empty for none. */
export interface Pending {
  pending?: number;
}

/** How long the request waits for the user object to set its alarm. The cron needs no alarm. */
const ALARM_WAIT_MS = 2_000;

/** Delivers the ended sessions of an account. Never fails because of an object. */
export async function deliverOwnEndings(env: Env, db: Database, user: string): Promise<Pending> {
  const left = await deliverEndedSessions(env, db, user, Date.now() + limits.deliveryMs);
  return await continueLater(env, user, left);
}

/** Delivers the ended sessions of an account, then the rosters of its channels and guilds. */
export async function deliverOwnChanges(env: Env, db: Database, user: string): Promise<Pending> {
  const until = Date.now() + limits.deliveryMs;
  const left = await deliverEndedSessions(env, db, user, until);
  const rosters = await deliverOwnRosters(env, db, user, until);
  return await continueLater(env, user, left + rosters + (await deliverOwnGuilds(env, db, user, until)));
}

/** Delivers what is due, for the alarm of the user object. `openDb` opens the directory. */
export const ownDeliveries = (env: Env, openDb: () => Database): DeliveryPort => ({
  async deliverDue(user) {
    const db = openDb();
    const now = Date.now();
    const until = now + limits.deliveryMs;
    await deliverEndedSessions(env, db, user, until, now);
    await deliverOwnRosters(env, db, user, until, now);
    await deliverOwnGuilds(env, db, user, until);
    const [endings, rosterAt, guildAt] = await Promise.all([
      remainingEndings(db, user),
      nextRosterAt(db, user),
      nextGuildAt(db, user),
    ]);
    const times = [endings.nextAt, rosterAt, guildAt].filter((at) => at !== null);
    return times.length === 0 ? null : Math.max(Math.min(...times), now + FIRST_RETRY_MS);
  },
});

/** Asks the user object to deliver what is left. */
async function continueLater(env: Env, user: string, pending: number): Promise<Pending> {
  if (pending === 0) return {};
  const call = () => env.USERS.getByName(user).deliverLater(user, Date.now() + FIRST_RETRY_MS);
  try {
    await withTimeout(retry(call), ALARM_WAIT_MS);
  } catch (error) {
    logError("deliver-later.failed", error);
  }
  return { pending };
}
