import { openDirectory } from "../directory/database";
import { freeHandles } from "../directory/erasures";
import { pruneDeadLetters } from "../directory/push-subscriptions";
import { pruneRateLimits } from "../directory/rate-limits";
import { pruneSessions } from "../directory/sessions";
import { advanceErasures } from "./operations/account-erasure";
import { deliverOverdue } from "./operations/roster-delivery";

/** The cron: repeats what the outbox still holds, goes on with accounts that are being erased, and forgets what has expired. */
export async function scheduled(env: Env, now: number): Promise<void> {
  const db = openDirectory(env.DIRECTORY);
  await deliverOverdue(env, db, now);
  await advanceErasures(env, db, now);
  // They look at whole tables, so once an hour.
  if (Math.floor(now / 60_000) % 60 !== 0) return;
  await pruneSessions(db, now);
  await pruneRateLimits(db, now);
  await freeHandles(db, now);
  await pruneDeadLetters(db, now);
}
