// Answers polls, for networks that block sockets. A poll is a subscribe with one answer. A poll
// whose tag and cursor are current is held until something changes, or until `wait` has passed.
import { createHash } from "node:crypto";
import { visibleHead } from "../../domain/block";
import { locateCursor } from "../../domain/cursor";
import type { Caller, PollAnswer, PollRequest } from "../../domain/ports";
import type { ChannelPoll, Cursor, ServerFrame } from "../../protocol";
import { helloFrame } from "../../runtime/hello";
import type { Channel } from "../channel";
import { readEvents } from "../log/history";
import { type ChargeParts, chargeQuery } from "./charges";
import { memberViewOf, type ResumeParts, resume } from "./resume";

/** What a poll uses. */
type PollParts = ResumeParts & ChargeParts & Pick<Channel, "heldPolls">;

/** The tag of an answer that does not end at the head. It identifies no state. */
const BEHIND = '"behind"';

/**
 * Answers a poll. Returns null if nothing changed within `wait`. Throws `not_found` for a
 * non-member and `token_expired` for an old token, even if the caller is removed or signed out
 * during the poll.
 */
export async function poll(
  channel: PollParts,
  caller: Caller,
  { query, knownTag }: PollRequest<ChannelPoll>,
): Promise<PollAnswer | null> {
  const { user } = channel.roster.admit(caller);
  chargeQuery(channel, user);
  const { epoch, after, purges } = query;
  const from = epoch === undefined || after === undefined ? undefined : { epoch, after };
  const until = channel.now() + query.wait;
  while (from && isUpToDate(channel, user, from, knownTag)) {
    const leftMs = until - channel.now();
    const update = leftMs <= 0 ? null : await channel.heldPolls.hold(user, leftMs).update;
    if (update === null) return null;
    // The member may have been removed or signed out while the poll was held.
    channel.roster.admit(caller);
    // A signal changes nothing of what the tag covers.
    if (update !== true) return { tag: knownTag ?? BEHIND, frames: [{ type: "signal", signal: update }] };
  }
  const { missed, unfinished, ready } = resume(channel, user, { id: query.id, from, purges }, readEvents);
  // A poll without a cursor has received nothing yet.
  if (ready && from) channel.deliveredMarks.raiseToHead(user);
  const frames: ServerFrame[] = [];
  if (knownTag === null) frames.push(helloFrame(user, channel.sendBuckets.rate, channel.now()));
  if (missed) frames.push(channel.broadcaster.eventsFrame(missed));
  if (unfinished) frames.push(unfinished);
  if (ready) frames.push({ ...ready, ...memberViewOf(channel, user), here: hereFor(channel, user) });
  // The tag covers everything that a poll at the head answers, so only such an answer has it.
  return { tag: ready ? stateTag(channel, user) : BEHIND, frames };
}

const hereFor = ({ roster, channelPresence }: PollParts, user: string): string[] =>
  roster.isReached(user) ? channelPresence.visible() : [];

function isUpToDate(channel: PollParts, user: string, from: Cursor, knownTag: string | null): boolean {
  if (knownTag === null || knownTag !== stateTag(channel, user)) return false;
  const { roster, log } = channel;
  const member = roster.member(user);
  const visible = { epoch: log.epoch, head: visibleHead(member, log.head) };
  return locateCursor(visible, member.since, from).kind === "caught_up";
}

/** Returns a hash of everything that a poll at the head can answer. */
function stateTag(channel: PollParts, user: string): string {
  const { log, roster } = channel;
  const state = JSON.stringify([
    log.epoch,
    roster.visibleHead(user, log.head),
    memberViewOf(channel, user),
    hereFor(channel, user),
  ]);
  return `"${createHash("sha256").update(state).digest("base64url").slice(0, 22)}"`;
}
