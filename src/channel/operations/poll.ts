// The log for those whose network blocks sockets: a poll is a subscribe that is answered once, and held while it has nothing to say.
import { createHash } from "node:crypto";
import { locateCursor } from "../../domain/cursor";
import type { Caller, PollAnswer, PollRequest } from "../../domain/ports";
import type { ChannelPoll, Cursor } from "../../protocol";
import { helloFrame } from "../../runtime/hello";
import type { Channel } from "../channel";
import { memberViewOf, resume } from "./resume";

/** Null: nothing but what the poller knows, for as long as it was willing to wait. Throws where the caller is not, or no longer, a member. */
export async function poll(
  channel: Channel,
  caller: Caller,
  asked: PollRequest<ChannelPoll>,
): Promise<PollAnswer | null> {
  const { user } = channel.roster.admit(caller);
  channel.queries.take(user, channel.now());
  const { epoch, after } = asked.query;
  const from = epoch === undefined || after === undefined ? undefined : { epoch, after };
  const until = channel.now() + asked.query.wait;
  while (from && isKnown(channel, user, from, asked.knownTag)) {
    const leftMs = until - channel.now();
    if (leftMs <= 0 || (await channel.pollers.hold(user, leftMs).update) === null) return null;
    // Whoever was removed or signed out meanwhile hears nothing of what woke them.
    channel.roster.admit(caller);
  }
  const { frames, isCaughtUp } = resume(channel, user, asked.query.id, from);
  // Who asks without a position holds nothing yet.
  if (isCaughtUp && from) channel.reached(user);
  const hello = asked.knownTag === null ? [helloFrame(user, channel.sends.rate, channel.now())] : [];
  // The tag vouches for all that a poll at the head says, so it comes with that alone.
  return { tag: isCaughtUp ? stateTag(channel, user) : BEHIND, frames: [...hello, ...frames] };
}

/** Names no state. */
const BEHIND = '"behind"';

function isKnown(channel: Channel, user: string, from: Cursor, known: string | null): boolean {
  if (known === null || known !== stateTag(channel, user)) return false;
  return locateCursor(channel.log, channel.roster.member(user).since, from).kind === "caught_up";
}

/** Names all that a poll at the head can say. */
function stateTag(channel: Channel, user: string): string {
  const state = JSON.stringify([channel.log.epoch, channel.log.head, memberViewOf(channel, user)]);
  return `"${createHash("sha256").update(state).digest("base64url").slice(0, 22)}"`;
}
