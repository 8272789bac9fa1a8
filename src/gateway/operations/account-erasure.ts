// Erases closed accounts, step by step. Every step may be repeated. The cron continues what a
// request does not finish.
import type { Database } from "../../directory/database";
import {
  type Erasure,
  finishErasure,
  groupsOf,
  moveErasure,
  nextErasures,
  postponeErasure,
} from "../../directory/erasures";
import { guildsOf } from "../../directory/guild-access";
import { leaveGroup } from "../../directory/memberships";
import { endSessions } from "../../directory/sessions";
import { unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";
import { eraseChannel } from "./channel-erasure";
import { deliverEndedSessions } from "./ended-session-delivery";
import { leaveErased } from "./guild-changes";
import { deliverGuild } from "./guild-delivery";
import { tryDeliverRoster } from "./roster-delivery";

/** How many steps are read at a time, and how many run at the same time. */
const PAGE = 100;
const CONCURRENCY = 20;
/**
 * The most RPCs to one channel in one step. Each RPC erases a batch of messages or skips entries
 * that have none.
 */
const BATCHES = 20;

/** What the steps of one run share. Times are epoch milliseconds. */
interface ErasureRun {
  env: Env;
  db: Database;
  now: number;
  until: number;
}

/**
 * Continues one account's erasure, or all erasures, until `until`. Every account gets its turn. A
 * step that fails is postponed and holds up no other.
 */
export async function advanceErasures(run: ErasureRun, account?: string): Promise<void> {
  const { db, now, until } = run;
  const tried = new Set<string>();
  while (Date.now() < until) {
    const steps = (await nextErasures(db, PAGE, now, account)).filter((step) => !tried.has(keyOf(step)));
    if (steps.length === 0) return;
    await runParallel(steps, CONCURRENCY, until, async (step) => {
      if (await tryStep(run, step)) return;
      tried.add(keyOf(step));
    });
  }
}

const keyOf = ({ account, channel }: Erasure): string => `${account} ${channel}`;

/** Returns whether the step made progress. One that did not is not repeated in this run. */
async function tryStep(run: ErasureRun, step: Erasure): Promise<boolean> {
  try {
    if (step.account === "") return await eraseChannel(run.env, run.db, step.channel, run.until);
    if (step.channel === "") return await eraseAccount(run, step);
    await eraseMessages(run, step);
    return true;
  } catch (error) {
    logError("erasure.failed", error, { channel: step.channel });
    await postponeErasure(run.db, step, run.now);
    return false;
  }
}

/** Returns false if the time was not enough; the next run continues. */
async function eraseAccount({ env, db, now, until }: ErasureRun, step: Erasure): Promise<boolean> {
  const { account } = step;
  if (step.after === 0) {
    await endSessions(db, account, "all", now);
    await moveErasure(db, step, 1);
  }
  // Objects that cannot be reached stay in `ended_sessions` and in the roster outbox. They do not
  // hold up this step, but no message is deleted in a channel that has not ended the sessions.
  await deliverEndedSessions(env, db, account, until);
  const groups = await groupsOf(db, account);
  await runParallel(groups, CONCURRENCY, until, async (channel) => {
    await leaveGroup(db, { channel, actor: account, subject: account, now });
    await tryDeliverRoster(env, db, channel, now, until);
  });
  const guilds = await guildsOf(db, account);
  await runParallel(guilds, CONCURRENCY, until, async (guild) => {
    if (await leaveErased(db, guild, account, now)) await deliverGuild(env, db, guild, until);
  });
  if ((await groupsOf(db, account)).length > 0 || (await guildsOf(db, account)).length > 0) return false;
  await withTimeout(
    retry(() => env.USERS.getByName(account).erase()),
    tuning.deliveryAttemptMs,
  );
  await finishErasure(db, { ...step, after: Math.max(step.after, 1) });
  return true;
}

async function eraseMessages({ env, db, until }: ErasureRun, step: Erasure): Promise<void> {
  const { account, channel } = step;
  let after: number | null = Math.max(0, step.after);
  for (let batch = 0; batch < BATCHES && after !== null && Date.now() < until; batch++) {
    const from: number = after;
    const call = () => retry(async () => env.CHANNELS.getByName(channel).erase(account, from));
    after = unwrap(await withTimeout(call(), tuning.deliveryAttemptMs));
  }
  if (after === null) await finishErasure(db, step);
  else await moveErasure(db, step, after);
}
