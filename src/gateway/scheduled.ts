import { openDirectory } from "../directory/database";
import { pruneRateLimits } from "../directory/rate-limits";
import { pruneSessions } from "../directory/sessions";
import { deliverOverdue } from "./outbox";

/** The cron: repeats what the outbox still holds, and forgets what has expired. */
export async function scheduled(env: Env, now: number): Promise<void> {
  const db = openDirectory(env.DIRECTORY);
  await deliverOverdue(env, db, now);
  await pruneSessions(db, now);
  await pruneRateLimits(db, now);
}
