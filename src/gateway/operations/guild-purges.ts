// Deletes the messages of banned people, step by step. Every step may be repeated. The cron
// continues what a request does not finish.
import type { Database } from "../../directory/database";
import { type GuildPurge, movePurge, nextPurges, postponePurge } from "../../directory/guild-purges";
import { unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import type { GuildId } from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";

/** How many steps are read at a time, and how many run at the same time. */
const PAGE = 100;
const CONCURRENCY = 20;

/** What the steps of one run share. Times are epoch milliseconds. */
interface PurgeRun {
  env: Env;
  db: Database;
  now: number;
  until: number;
}

/**
 * Continues the purges of one guild, or of all, until `until`. A step that fails is postponed and
 * holds up no other.
 */
export async function advancePurges(run: PurgeRun, guild?: GuildId): Promise<void> {
  const failed = new Set<string>();
  while (Date.now() < run.until) {
    const steps = (await nextPurges(run.db, PAGE, run.now, guild)).filter((step) => !failed.has(keyOf(step)));
    if (steps.length === 0) return;
    await runParallel(steps, CONCURRENCY, run.until, async (step) => {
      if (!(await tryStep(run, step))) failed.add(keyOf(step));
    });
  }
}

const keyOf = ({ channel, author }: GuildPurge): string => `${channel} ${author}`;

/** Returns whether the step made progress. One that did not is not repeated in this run. */
async function tryStep({ env, db }: PurgeRun, step: GuildPurge): Promise<boolean> {
  const { channel, author, actor, since, after, through } = step;
  try {
    const call = retry(async () =>
      env.CHANNELS.getByName(channel).purge({ author, actor, since, through: through || null }, after),
    );
    await movePurge(db, step, unwrap(await withTimeout(call, tuning.deliveryAttemptMs)));
    return true;
  } catch (error) {
    logError("purge.failed", error, { channel });
    await postponePurge(db, step, Date.now());
    return false;
  }
}
