import { pruneReports } from "../directory/archive/budgets";
import { openArchive } from "../directory/archive/open-archive";
import { type Database, openDirectory } from "../directory/database";
import { pruneDeadLetters } from "../directory/dead-letters";
import { freeHandles } from "../directory/erasures";
import { pruneAudit } from "../directory/guild-audit";
import { pruneBans } from "../directory/guild-bans";
import { pruneTimeOuts } from "../directory/guild-time-outs";
import { pruneInvites } from "../directory/invites";
import { pruneRateLimits } from "../directory/rate-limits";
import { pruneOldReports } from "../directory/reports";
import { pruneRequests } from "../directory/requests";
import { pruneSessions } from "../directory/sessions";
import { tuning } from "../domain/tuning";
import { logError } from "../runtime/logger";
import { advanceErasures } from "./operations/account-erasure";
import { runBackfills } from "./operations/backfill";
import { warnOfLargeDatabases } from "./operations/database-sizes";
import { deliverOverdueEndings } from "./operations/ended-session-delivery";
import { sweepFiles } from "./operations/file-sweep";
import { deliverOverdueGuilds, eraseDueGuilds } from "./operations/guild-delivery";
import { advancePurges } from "./operations/guild-purges";
import { deliverOverdueRosters } from "./operations/roster-delivery";

/**
 * Runs the cron, once a minute: delivers ended sessions, guilds and rosters that are overdue and
 * continues erasures, purges and backfills, and deletes files that no message has, each for a
 * limited time. Once an hour it also measures the databases and deletes expired rows, which reads
 * whole tables. `now` is in epoch milliseconds.
 */
export async function scheduled(env: Env, now: number): Promise<void> {
  const db = openDirectory(env.DIRECTORY);
  const untilOfNext = () => Date.now() + tuning.cronDeliveryMs;
  // Ended sessions first: an erasure waits for them.
  await attempt("cron.endings", deliverOverdueEndings(env, db, now, untilOfNext()));
  await attempt("cron.guild-deletions", eraseDueGuilds(env, db, now, untilOfNext()));
  await Promise.all([
    attempt("cron.guilds", deliverOverdueGuilds(env, db, now, untilOfNext())),
    attempt("cron.rosters", deliverOverdueRosters(env, db, now, untilOfNext())),
    attempt("cron.files", sweepFiles(env, db, now, untilOfNext())),
    attempt("cron.erasures", advanceErasures({ env, db, now, until: untilOfNext() })),
    attempt("cron.purges", advancePurges({ env, db, now, until: untilOfNext() })),
    attempt(
      "cron.backfills",
      runBackfills(env, db, () => Date.now()),
    ),
  ]);
  if (Math.floor(now / 60_000) % 60 !== 0) return;
  await attempt("cron.database-sizes", warnOfLargeDatabases(env));
  await attempt("cron.reports", pruneArchiveReports(env, now));
  for (const [event, prune] of hourly) await attempt(event, prune(db, now));
}

/** What deletes expired rows of the directory. */
const hourly: [event: string, prune: (db: Database, now: number) => Promise<void>][] = [
  ["cron.sessions", pruneSessions],
  ["cron.rate-limits", pruneRateLimits],
  ["cron.requests", pruneRequests],
  ["cron.invites", pruneInvites],
  ["cron.bans", pruneBans],
  ["cron.audit", pruneAudit],
  ["cron.old-reports", pruneOldReports],
  ["cron.time-outs", pruneTimeOuts],
  ["cron.handles", freeHandles],
  ["cron.dead-letters", pruneDeadLetters],
];

/** Opens the archive here, so that a wrong configuration is a failure of this work alone. */
async function pruneArchiveReports(env: Env, now: number): Promise<void> {
  await pruneReports(openArchive(env).databases, now);
}

/** Waits for one kind of work. Its failure does not stop the others. */
async function attempt(event: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    logError(event, error);
  }
}
