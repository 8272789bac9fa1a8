// Working off what is left of an erased account. Every step may be repeated, and what a request leaves the cron goes on with.
import type { Database } from "../../directory/database";
import { type Erasure, finishErasure, groupsOf, moveErasure, nextErasures } from "../../directory/erasures";
import { removeMember } from "../../directory/memberships";
import { endSessions } from "../../directory/sessions";
import { unwrap } from "../../domain/error";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { deliverPending, deliverRoster } from "./roster-delivery";

/** Steps of one request or one ring of the cron. */
const STEPS = 20;
/** Parts of one channel in one step: a hundred messages, or a stretch of the log without any. */
const PARTS = 20;

/** Goes on with one account, or with all of them; what fails is left for the next time. */
export async function advanceErasures(env: Env, db: Database, now: number, account?: string): Promise<void> {
  const tried = new Set<string>();
  for (let step = 0; step < STEPS; step++) {
    const next = (await nextErasures(db, STEPS, account)).find((one) => !tried.has(nameOf(one)));
    if (!next) return;
    tried.add(nameOf(next));
    try {
      if (next.channel === "") await eraseAccount(env, db, next, now);
      else await eraseMessages(env, db, next);
    } catch (error) {
      logError("erasure.failed", error, { channel: next.channel });
    }
  }
}

const nameOf = ({ account, channel }: Erasure): string => `${account} ${channel}`;

async function eraseAccount(env: Env, db: Database, erasure: Erasure, now: number): Promise<void> {
  const { account } = erasure;
  // Once: each repetition would make every channel of theirs wait for another roster.
  if (erasure.after === 0) {
    await endSessions(db, account, "all", now);
    await moveErasure(db, erasure, 1);
  }
  await deliverPending(env, db, account);
  for (const channel of await groupsOf(db, account)) {
    await removeMember(db, { channel, actor: account, subject: account, now });
    await deliverRoster(env, db, channel);
  }
  await retry(() => env.USERS.getByName(account).erase());
  await finishErasure(db, erasure);
}

async function eraseMessages(env: Env, db: Database, erasure: Erasure): Promise<void> {
  const { account, channel } = erasure;
  let after: number | null = erasure.after;
  for (let part = 0; part < PARTS && after !== null; part++) {
    const from: number = after;
    after = unwrap(await retry(async () => env.CHANNELS.getByName(channel).erase(account, from)));
  }
  if (after === null) await finishErasure(db, erasure);
  else await moveErasure(db, erasure, after);
}
