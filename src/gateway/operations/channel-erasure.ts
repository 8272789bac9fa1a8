// Erases deleted groups: the object with its log, the archive, and the rows in inboxes. A request
// tries it at once, and the cron continues what is left. Every step may be repeated.
import type { Database } from "../../directory/database";
import { finishErasure } from "../../directory/erasures";
import { unwrap } from "../../domain/error";
import type { ChannelId } from "../../protocol";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { deliverRoster } from "./roster-delivery";

/** The most RPCs of one step. Each works for at most about 20 s. */
const CALLS = 5;

/**
 * Continues the erasure of a deleted group. Returns false if another call must continue it. Throws
 * if an object could not be reached.
 */
export async function eraseChannel(env: Env, db: Database, channel: ChannelId): Promise<boolean> {
  // The roster without members closes the sockets and removes the inbox rows.
  await deliverRoster(env, db, channel);
  for (let call = 0; call < CALLS; call++) {
    if (!unwrap(await retry(async () => env.CHANNELS.getByName(channel).eraseChannel()))) continue;
    await finishErasure(db, { account: "", channel, after: 0 });
    return true;
  }
  return false;
}

/** Like `eraseChannel`, but leaves to the cron what fails. */
export async function tryEraseChannel(env: Env, db: Database, channel: ChannelId): Promise<void> {
  try {
    await eraseChannel(env, db, channel);
  } catch (error) {
    logError("erasure.failed", error, { channel });
  }
}
