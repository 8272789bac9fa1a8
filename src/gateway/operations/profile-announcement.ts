// Shows a changed name, or the end of an account, on the open pages of the people who know it.
import type { Database } from "../../directory/database";
import { peopleWhoKnow } from "../../directory/people";
import { tuning } from "../../domain/tuning";
import { limits, type Profile } from "../../protocol";
import { timeLeft, withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";

const CONCURRENCY = 20;

/**
 * Sends the profile to the devices of the person and of those who share a channel with them, at
 * most `tuning.profileAudience`. Everyone else gets it when they next load the channel. Never
 * fails: a page that misses it shows the profile after its next load.
 */
export async function announceProfile(env: Env, db: Database, profile: Profile): Promise<void> {
  try {
    const people = await peopleWhoKnow(db, profile.id, tuning.profileAudience);
    const until = Date.now() + limits.deliveryMs;
    await runParallel([profile.id, ...people], CONCURRENCY, until, async (user) => {
      const shown = retry(() => env.USERS.getByName(user).showProfile(profile));
      const answer = withTimeout(shown, timeLeft(until, tuning.deliveryAttemptMs));
      await answer.catch((error: unknown) => logError("profile.announce", error, { user }));
    });
  } catch (error) {
    logError("profile.announce", error, { user: profile.id });
  }
}
