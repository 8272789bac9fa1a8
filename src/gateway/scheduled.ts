import { pruneReports } from "../directory/archive/budgets";
import { openArchive } from "../directory/archive/open-archive";
import { openDirectory } from "../directory/database";
import { pruneDeadLetters } from "../directory/dead-letters";
import { freeHandles } from "../directory/erasures";
import { pruneRateLimits } from "../directory/rate-limits";
import { pruneRequests } from "../directory/requests";
import { pruneSessions } from "../directory/sessions";
import { tuning } from "../domain/tuning";
import { logError } from "../runtime/logger";
import { advanceErasures } from "./operations/account-erasure";
import { runBackfills } from "./operations/backfill";
import { warnOfLargeDatabases } from "./operations/database-sizes";
import { deliverOverdueEndings } from "./operations/ended-session-delivery";
import { deliverOverdueRosters } from "./operations/roster-delivery";

/**
 * Runs the cron, once a minute: delivers ended sessions and rosters that are overdue and continues
 * erasures and backfills, each for a limited time. Once an hour it also measures the databases and
 * deletes expired rows, which reads whole tables. `now` is in epoch milliseconds.
 */
export async function scheduled(env: Env, now: number): Promise<void> {
  const db = openDirectory(env.DIRECTORY);
  const untilOfNext = () => Date.now() + tuning.cronDeliveryMs;
  // Ended sessions first: an erasure waits for them.
  await attempt("cron.endings", deliverOverdueEndings(env, db, now, untilOfNext()));
  await Promise.all([
    attempt("cron.rosters", deliverOverdueRosters(env, db, now, untilOfNext())),
    attempt("cron.erasures", advanceErasures({ env, db, now, until: untilOfNext() })),
    attempt(
      "cron.backfills",
      runBackfills(env, db, () => Date.now()),
    ),
  ]);
  if (Math.floor(now / 60_000) % 60 !== 0) return;
  await warnOfLargeDatabases(env);
  await pruneReports(openArchive(env).databases, now);
  await pruneSessions(db, now);
  await pruneRateLimits(db, now);
  await pruneRequests(db, now);
  await freeHandles(db, now);
  await pruneDeadLetters(db, now);
}

/** Waits for one kind of work. Its failure does not stop the others. */
async function attempt(event: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    logError(event, error);
  }
}
