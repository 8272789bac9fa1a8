// Jobs that visit every channel or every account once, because an earlier version left something
// undone. The cron runs a part of each job every minute. What could not be visited is visited again
// by later runs and does not hold up the rest.
import { accountIdsAfter } from "../../directory/accounts";
import {
  finishVisit,
  missedVisits,
  moveBackfill,
  positionOfBackfill,
  recordMissedVisit,
} from "../../directory/backfills";
import { channelIdsAfter } from "../../directory/channels";
import type { Database } from "../../directory/database";
import { deleteGroupIfEmpty, recordFormerAuthors } from "../../directory/deleted-groups";
import { reopenErasures } from "../../directory/erasures";
import { unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";

interface Backfill {
  name: string;
  idsAfter(db: Database, limit: number, after: string): Promise<string[]>;
  visit(env: Env, db: Database, id: string): Promise<void>;
}

/** How long one run of a job begins visits. */
const RUN_MS = 10_000;
const PAGE = 20;
/** Greater than every id: the job is done. */
const DONE = "~";

const jobs: readonly Backfill[] = [
  // People who left a group before the directory recorded former members, and groups that were
  // deleted before groups were erased.
  { name: "former-authors", idsAfter: channelIdsAfter, visit: visitChannel },
  // Inbox rows that hold the preview of a message that may be deleted. A user object removes such
  // previews when it wakes.
  {
    name: "stored-previews",
    idsAfter: accountIdsAfter,
    visit: async (env, _, user) => {
      await answered(retry(() => env.USERS.getByName(user).storedData(Number.MAX_SAFE_INTEGER)));
    },
  },
];

/** Continues every job. `now` in epoch milliseconds. */
export async function runBackfills(env: Env, db: Database, now: () => number): Promise<void> {
  for (const job of jobs) await runBackfill(env, db, job, now);
}

async function runBackfill(env: Env, db: Database, job: Backfill, now: () => number): Promise<void> {
  const until = now() + RUN_MS;
  let after = await positionOfBackfill(db, job.name);
  if (after === DONE) {
    await runParallel(await missedVisits(db, job.name, PAGE), PAGE, until, async (id) => {
      if (await tryVisit(env, db, job, id)) await finishVisit(db, job.name, id);
    });
    return;
  }
  while (after !== DONE && now() < until) {
    const page = await job.idsAfter(db, PAGE, after);
    const visits = await Promise.all(page.map((id) => tryVisit(env, db, job, id)));
    for (const [index, id] of page.entries()) if (!visits[index]) await recordMissedVisit(db, job.name, id);
    after = page.length < PAGE ? DONE : (page.at(-1) ?? DONE);
    await moveBackfill(db, job.name, after);
  }
}

/** Throws if an object does not answer in time, so that it holds up no other. */
const answered = <T>(answer: Promise<T>): Promise<T> => withTimeout(answer, tuning.deliveryAttemptMs);

/** Returns false if the visit failed. */
async function tryVisit(env: Env, db: Database, job: Backfill, id: string): Promise<boolean> {
  try {
    await job.visit(env, db, id);
    return true;
  } catch (error) {
    logError("backfill.failed", error, { job: job.name, id });
    return false;
  }
}

async function visitChannel(env: Env, db: Database, channel: string): Promise<void> {
  await deleteGroupIfEmpty(db, channel);
  for await (const authors of authorsOf(env, channel, answered)) {
    await recordFormerAuthors(db, channel, authors);
    await reopenErasures(db, channel, authors);
  }
}

/**
 * Yields the authors of a channel's messages in batches; none for a channel without a log.
 * `limited` limits the wait for a batch.
 */
export async function* authorsOf(
  env: Env,
  channel: string,
  limited: <T>(answer: Promise<T>) => Promise<T> = (answer) => answer,
): AsyncGenerator<string[]> {
  let after: number | null = 0;
  while (after !== null) {
    const from: number = after;
    const answer = await limited(retry(async () => env.CHANNELS.getByName(channel).authors(from)));
    if (!answer.ok && answer.code === "not_found") return;
    const batch = unwrap(answer);
    if (batch.items.length > 0) yield batch.items;
    after = batch.after;
  }
}
