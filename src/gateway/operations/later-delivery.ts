// What a request has not delivered when its time is over. The change itself is made, so the answer
// is a success that says how many objects are left, and the alarm of the user object goes on.
import { FIRST_RETRY_MS } from "../../directory/retry-times";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";

/** The part of an answer that says how many objects have not confirmed; empty for none. */
export interface Pending {
  pending?: number;
}

/** How long the request waits for the user object to set its alarm. The cron needs no alarm. */
const ALARM_WAIT_MS = 2_000;

/**
 * Returns how many objects a delivery has left. If the directory fails, nobody knows, and 1 stands
 * for them: the user object asks the directory again.
 */
export async function leftBy(delivery: Promise<number>): Promise<number> {
  try {
    return await delivery;
  } catch (error) {
    logError("delivery.failed", error);
    return 1;
  }
}

/** Asks the user object to deliver what is left. */
export async function continueLater(env: Env, user: string, pending: number): Promise<Pending> {
  if (pending === 0) return {};
  const call = () => env.USERS.getByName(user).deliverLater(user, Date.now() + FIRST_RETRY_MS);
  try {
    await withTimeout(retry(call), ALARM_WAIT_MS);
  } catch (error) {
    logError("deliver-later.failed", error);
  }
  return { pending };
}
