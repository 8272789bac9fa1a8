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
import { deliverEndedSessions } from "./ended-session-delivery";
import { deliverOwnGuilds } from "./guild-delivery";
import { continueLater, leftBy, type Pending } from "./later-delivery";
import { deliverOwnRosters } from "./roster-delivery";

/** Delivers the ended sessions of an account. Never fails: the change is made already. */
export async function deliverOwnEndings(env: Env, db: Database, user: string): Promise<Pending> {
  const until = Date.now() + limits.deliveryMs;
  return await continueLater(env, user, await leftBy(deliverEndedSessions(env, db, user, until)));
}

/**
 * Delivers the ended sessions of an account, then the rosters of its channels and guilds. Never
 * fails: the change is made already.
 */
export async function deliverOwnChanges(env: Env, db: Database, user: string): Promise<Pending> {
  const until = Date.now() + limits.deliveryMs;
  const endings = await leftBy(deliverEndedSessions(env, db, user, until));
  const rosters = await leftBy(deliverOwnRosters(env, db, user, until));
  return await continueLater(env, user, endings + rosters + (await leftBy(deliverOwnGuilds(env, db, user, until))));
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
