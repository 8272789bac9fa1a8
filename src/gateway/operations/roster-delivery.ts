// Delivers rosters to the channels that mirror them. What could not be delivered stays in the
// roster outbox, and the cron repeats it.
import type { Database } from "../../directory/database";
import { confirmGuild } from "../../directory/guild-outbox";
import { confirmationOf, type GuildOfRoster } from "../../directory/guild-roster";
import {
  confirmRoster,
  dueChannels,
  loadDelivery,
  pendingChannels,
  postponeRoster,
} from "../../directory/roster-outbox";
import { ChatError, unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { timeLeft, withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";

/** How many channels the cron reads at a time. */
const PAGE = 200;
/** How long a list of channels waits for their pending rosters. */
const LIST_MS = 3_000;

/** Delivers one channel's roster. Throws `temporary` if the channel could not be reached. */
export async function deliverRoster(env: Env, db: Database, channel: string): Promise<void> {
  if (!(await tryDeliverRoster(env, db, channel, Date.now()))) throw new ChatError("temporary");
}

/**
 * Delivers the pending rosters of an account's channels, with `dueAt` only those that are due then.
 * Returns how many are left at `until`. Times are epoch milliseconds.
 */
export async function deliverOwnRosters(
  env: Env,
  db: Database,
  user: string,
  until: number,
  dueAt?: number,
): Promise<number> {
  return await deliverAll(env, db, await pendingChannels(db, user, dueAt), until, Date.now());
}

/**
 * Delivers the pending rosters of an account's channels that are due, so that its channels can be
 * opened. A failure does not fail the request.
 */
export async function deliverDueRosters(env: Env, db: Database, user: string, now: number): Promise<void> {
  await deliverOwnRosters(env, db, user, Date.now() + LIST_MS, now);
}

/** Delivers what requests could not deliver, the earliest due first, until `until`. */
export async function deliverOverdueRosters(env: Env, db: Database, now: number, until: number): Promise<void> {
  const tried = new Set<string>();
  while (Date.now() < until) {
    const due = (await dueChannels(db, now, PAGE)).filter((channel) => !tried.has(channel));
    if (due.length === 0) return;
    for (const channel of due) tried.add(channel);
    await deliverAll(env, db, due, until, now);
  }
}

/**
 * Returns the object of a channel. The platform creates it near the creator of its guild, if this
 * is the first request to it. Later requests reach it wherever it is.
 */
export const channelOf = (env: Env, channel: string, guild: GuildOfRoster | null) =>
  env.CHANNELS.getByName(channel, guild?.region ? { locationHint: guild.region } : undefined);

/**
 * Delivers a channel's roster as the directory has it now. The channel confirms it. With `until`
 * (epoch milliseconds) the wait is limited; a change of one channel waits until it answers.
 */
export async function applyRoster(env: Env, db: Database, channel: string, until?: number): Promise<void> {
  const loaded = await loadDelivery(db, channel);
  // Without a channel in the directory there is nothing to deliver.
  if (!loaded) return await confirmRoster(db, channel, Number.MAX_SAFE_INTEGER);
  const { roster, outboxRevision, guild } = loaded;
  const answer = retry(async () => channelOf(env, channel, guild).applyRoster(roster));
  unwrap(await (until === undefined ? answer : withTimeout(answer, timeLeft(until, tuning.deliveryAttemptMs))));
  await confirmRoster(db, channel, outboxRevision);
  if (guild) await confirmGuild(db, guild, [confirmationOf(loaded)]);
}

/** Delivers to these channels. Returns how many have not confirmed. */
async function deliverAll(env: Env, db: Database, channels: string[], until: number, now: number): Promise<number> {
  let left = channels.length;
  await runParallel(channels, tuning.deliveryConcurrency, until, async (channel) => {
    if (await tryDeliverRoster(env, db, channel, now, until)) left--;
  });
  return left;
}

/**
 * Delivers one channel's roster. Returns whether the channel confirmed. `now` is the time from
 * which a failure counts the pause.
 */
export async function tryDeliverRoster(
  env: Env,
  db: Database,
  channel: string,
  now: number,
  until?: number,
): Promise<boolean> {
  try {
    await applyRoster(env, db, channel, until);
    return true;
  } catch (error) {
    logError("outbox.failed", error, { object: channel });
    await postponeRoster(db, channel, now);
    return false;
  }
}
