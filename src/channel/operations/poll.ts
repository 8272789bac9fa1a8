// Polls, for networks that block sockets. A poll is a subscribe that is answered once; it is held
// while there is nothing that the poller does not know.
import { createHash } from "node:crypto";
import { locateCursor } from "../../domain/cursor";
import type { Caller, PollAnswer, PollRequest } from "../../domain/ports";
import type { ChannelPoll, Cursor } from "../../protocol";
import { helloFrame } from "../../runtime/hello";
import type { Channel } from "../channel";
import { memberViewOf, resume } from "./resume";

/** The tag of an answer that does not end at the head: it names no state. */
const BEHIND = '"behind"';

/**
 * Answers a poll; null where nothing happened within the time the poller waits. Throws for a caller
 * who is not a member, or stops being one meanwhile.
 */
export async function poll(
  channel: Channel,
  caller: Caller,
  { query, knownTag }: PollRequest<ChannelPoll>,
): Promise<PollAnswer | null> {
  const { user } = channel.roster.admit(caller);
  channel.queryBuckets.take(user, channel.now());
  const { epoch, after } = query;
  const from = epoch === undefined || after === undefined ? undefined : { epoch, after };
  const until = channel.now() + query.wait;
  while (from && isUpToDate(channel, user, from, knownTag)) {
    const leftMs = until - channel.now();
    if (leftMs <= 0 || (await channel.heldPolls.hold(user, leftMs).update) === null) return null;
    // The member may have been removed or signed out while the poll was held.
    channel.roster.admit(caller);
  }
  const { frames, isCaughtUp } = resume(channel, user, query.id, from);
  // A poll without a cursor has received nothing yet.
  if (isCaughtUp && from) channel.markDelivered(user);
  const hello = knownTag === null ? [helloFrame(user, channel.sendBuckets.rate, channel.now())] : [];
  // The tag names everything that a poll at the head says, so only such an answer carries it.
  return { tag: isCaughtUp ? stateTag(channel, user) : BEHIND, frames: [...hello, ...frames] };
}

function isUpToDate(channel: Channel, user: string, from: Cursor, knownTag: string | null): boolean {
  if (knownTag === null || knownTag !== stateTag(channel, user)) return false;
  return locateCursor(channel.log, channel.roster.member(user).since, from).kind === "caught_up";
}

/** A hash of everything that a poll at the head can say. */
function stateTag(channel: Channel, user: string): string {
  const state = JSON.stringify([channel.log.epoch, channel.log.head, memberViewOf(channel, user)]);
  return `"${createHash("sha256").update(state).digest("base64url").slice(0, 22)}"`;
}
