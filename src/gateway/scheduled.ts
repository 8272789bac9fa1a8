import { pruneReports } from "../directory/archive/budgets";
import { openArchive } from "../directory/archive/open-archive";
import { openDirectory } from "../directory/database";
import { pruneDeadLetters } from "../directory/dead-letters";
import { freeHandles } from "../directory/erasures";
import { pruneRateLimits } from "../directory/rate-limits";
import { pruneRequests } from "../directory/requests";
import { pruneSessions } from "../directory/sessions";
import { advanceErasures } from "./operations/account-erasure";
import { warnOfLargeDatabases } from "./operations/database-sizes";
import { deliverOverdue } from "./operations/roster-delivery";

/**
 * Runs the cron, once a minute: repeats deliveries of the roster outbox and continues erasures.
 * Once an hour it also measures the databases and deletes expired rows, which reads whole tables.
 * `now` is in epoch milliseconds.
 */
export async function scheduled(env: Env, now: number): Promise<void> {
  const db = openDirectory(env.DIRECTORY);
  await deliverOverdue(env, db, now);
  await advanceErasures(env, db, now);
  if (Math.floor(now / 60_000) % 60 !== 0) return;
  await warnOfLargeDatabases(env);
  await pruneReports(openArchive(env).databases, now);
  await pruneSessions(db, now);
  await pruneRateLimits(db, now);
  await pruneRequests(db, now);
  await freeHandles(db, now);
  await pruneDeadLetters(db, now);
}
