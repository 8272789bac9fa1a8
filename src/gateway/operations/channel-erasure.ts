// Erases deleted groups: the object with its log, the archive, and the rows in inboxes. A request
// tries it at once, and the cron continues what is left. Every step may be repeated.
import type { Database } from "../../directory/database";
import { finishErasure } from "../../directory/erasures";
import { unwrap } from "../../domain/error";
import { type ChannelId, limits } from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { deliverRoster } from "./roster-delivery";

/** The most RPCs of one step. Each works for at most about 20 s, and none begins after `until`. */
const CALLS = 5;
/** How long an RPC may take, so that an object that does not answer holds up no other. */
const CALL_MS = 30_000;

/**
 * Continues the erasure of a deleted group until `until` (epoch milliseconds), with at least one
 * attempt. Returns false if another call must continue it. Throws if an object could not be
 * reached.
 */
export async function eraseChannel(env: Env, db: Database, channel: ChannelId, until: number): Promise<boolean> {
  // The roster without members closes the sockets and removes the inbox rows.
  await withTimeout(deliverRoster(env, db, channel), CALL_MS);
  for (let call = 0; call === 0 || (call < CALLS && Date.now() < until); call++) {
    const answer = retry(async () => env.CHANNELS.getByName(channel).eraseChannel());
    if (!unwrap(await withTimeout(answer, CALL_MS))) continue;
    await finishErasure(db, { account: "", channel, after: 0 });
    return true;
  }
  return false;
}

/**
 * Like `eraseChannel`, for the time that a request takes. Leaves to the cron what is left or fails.
 */
export async function tryEraseChannel(env: Env, db: Database, channel: ChannelId): Promise<void> {
  try {
    await eraseChannel(env, db, channel, Date.now() + limits.deliveryMs);
  } catch (error) {
    logError("erasure.failed", error, { channel });
  }
}
