// Erases closed accounts, step by step. Every step may be repeated. The cron continues what a
// request does not finish.
import type { Database } from "../../directory/database";
import { type Erasure, finishErasure, groupsOf, moveErasure, nextErasures } from "../../directory/erasures";
import { leaveGroup } from "../../directory/memberships";
import { endSessions } from "../../directory/sessions";
import { unwrap } from "../../domain/error";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { deliverPending, deliverRoster } from "./roster-delivery";

/** The most steps in one request or one run of the cron. */
const STEPS = 20;
/**
 * The most RPCs to one channel in one step. Each RPC erases a batch of messages or skips entries
 * that have none.
 */
const BATCHES = 20;

/** Continues one account's erasure, or all erasures. A step that fails is left for the next run. */
export async function advanceErasures(env: Env, db: Database, now: number, account?: string): Promise<void> {
  const tried = new Set<string>();
  for (let step = 0; step < STEPS; step++) {
    const next = (await nextErasures(db, STEPS, account)).find((erasure) => !tried.has(keyOf(erasure)));
    if (!next) return;
    tried.add(keyOf(next));
    try {
      if (next.channel === "") await eraseAccount(env, db, next, now);
      else await eraseMessages(env, db, next);
    } catch (error) {
      logError("erasure.failed", error, { channel: next.channel });
    }
  }
}

const keyOf = ({ account, channel }: Erasure): string => `${account} ${channel}`;

async function eraseAccount(env: Env, db: Database, erasure: Erasure, now: number): Promise<void> {
  const { account } = erasure;
  // Once only: every repetition would make each channel of the account wait for another roster.
  if (erasure.after === 0) {
    await endSessions(db, account, "all", now);
    await moveErasure(db, erasure, 1);
  }
  const begun = { ...erasure, after: Math.max(erasure.after, 1) };
  await deliverPending(env, db, account);
  for (const channel of await groupsOf(db, account)) {
    await leaveGroup(db, { channel, actor: account, subject: account, now });
    await deliverRoster(env, db, channel);
  }
  await retry(() => env.USERS.getByName(account).erase());
  await finishErasure(db, begun);
}

async function eraseMessages(env: Env, db: Database, erasure: Erasure): Promise<void> {
  const { account, channel } = erasure;
  let after: number | null = Math.max(0, erasure.after);
  for (let batch = 0; batch < BATCHES && after !== null; batch++) {
    const from: number = after;
    after = unwrap(await retry(async () => env.CHANNELS.getByName(channel).erase(account, from)));
  }
  if (after === null) await finishErasure(db, erasure);
  else await moveErasure(db, erasure, after);
}
