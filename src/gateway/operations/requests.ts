// What routes do about requests besides the directory: the rate, the signal to the person who was
// asked, and the preview of a direct channel.
import type { EntryRule } from "../../directory/entry-rule";
import { takeToken } from "../../directory/rate-limits";
import { countAsked, type ListedRequest } from "../../directory/requests";
import { ChatError, unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { type ChannelRequest, channelKinds, type UserId } from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { readOpenTo } from "../../runtime/open-to";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";

/** The most channels that are asked for their newest message at the same time. */
const CONCURRENCY = 20;

/**
 * Charges the caller one token of the rate `invite` for each of `people` who would be asked.
 * Returns the rule by which they enter. Throws `rate_limited`.
 */
export async function chargeRequests(c: GatewayContext, people: readonly UserId[]): Promise<EntryRule> {
  const rule = { by: c.get("account").id, openTo: readOpenTo(c.env.OPEN_TO) };
  const { burst, everyMs } = c.get("rates").invite;
  // A group of more strangers than the burst takes all tokens.
  const count = Math.min(await countAsked(c.get("db"), rule, people), burst);
  if (count === 0) return rule;
  // `count` tokens of a bucket are one token of a bucket that is smaller and slower by this factor.
  const rate = { burst: burst / count, everyMs: everyMs * count };
  const waitMs = await takeToken(c.get("db"), `invite ${rule.by}`, rate, c.get("now"));
  if (waitMs > 0) throw new ChatError("rate_limited", undefined, waitMs);
  return rule;
}

/**
 * Tells the devices of these people that their list of requests changed. A failure is logged and
 * does not fail the request: devices load the list again when they connect.
 */
export async function signalRequests(env: Env, users: readonly UserId[]): Promise<void> {
  await Promise.all(users.map((user) => signal(env, user)));
}

async function signal(env: Env, user: UserId): Promise<void> {
  try {
    const answer = retry(async () => env.USERS.getByName(user).saveSetting(user, { kind: "requests" }));
    unwrap(await withTimeout(answer, tuning.deliveryAttemptMs));
  } catch (error) {
    logError("request.signal-failed", error, { user });
  }
}

/**
 * Adds the newest message of each direct channel. The directory has checked that the caller was
 * asked.
 */
export async function withPreviews(env: Env, listed: readonly ListedRequest[]): Promise<ChannelRequest[]> {
  const complete: ChannelRequest[] = [];
  for (let i = 0; i < listed.length; i += CONCURRENCY) {
    complete.push(...(await Promise.all(listed.slice(i, i + CONCURRENCY).map((request) => withPreview(env, request)))));
  }
  return complete;
}

/**
 * Leaves out the preview of a channel that cannot be reached or does not answer, so that the list
 * is answered.
 */
async function withPreview(env: Env, request: ListedRequest): Promise<ChannelRequest> {
  if (channelKinds[request.kind].roster === "managed") return { ...request, preview: null };
  try {
    const answer = retry(async () => env.CHANNELS.getByName(request.channel).preview());
    const preview = unwrap(await withTimeout(answer, tuning.deliveryAttemptMs));
    return { ...request, preview };
  } catch (error) {
    logError("request.preview-failed", error, { channel: request.channel });
    return { ...request, preview: null };
  }
}
