// What the inbox row of a member shows of calls.
import { isReached } from "../../domain/block";
import type { MirroredMember } from "../../domain/roster";
import type { InboxRow } from "../../protocol";
import type { CallRecord } from "../log/call-record";
import type { Calls } from "./calls";

/** How far a member has read, and the time of the message that their row shows. */
interface ReadTo {
  read: number;
  previewAt: number;
}

/**
 * Returns the call that is on, the last call if the member has missed it and not read past it, and
 * the last call if it is newer than the newest message. Who came after a call has not missed it. A
 * member of a direct channel who blocks the other person sees no call.
 */
export function inboxCallsOf(
  calls: Calls,
  member: MirroredMember | null,
  { read, previewAt }: ReadTo,
): Pick<InboxRow, "call" | "missed" | "lastCall"> | null {
  const { last } = calls;
  if (!last || !member || !isReached(member)) return null;
  const { call, by, startedAt, ended } = last;
  const { user, joinedAt, since } = member;
  if (!ended) return { call: { call, by, startedAt, rings: calls.ringsForMs(user) > 0 } };
  const isMissed = ended.seq > read && joinedAt <= startedAt && hasMissed(last, user);
  return {
    ...(isMissed && { missed: { seq: ended.seq, by, at: startedAt } }),
    ...(ended.at >= previewAt && ended.seq >= since && { lastCall: lastCallOf(last, user) }),
  };
}

/** Returns whether a call rang for a user, who neither took nor declined it. */
const hasMissed = ({ rang, by, ended }: CallRecord, user: string): boolean =>
  rang && by !== user && ended !== null && !ended.joined.includes(user) && ended.reason !== "declined";

function lastCallOf({ by, startedAt, rang, ended }: CallRecord, user: string): InboxRow["lastCall"] {
  if (!ended) return undefined;
  const { seq, at, joined, reason = "left" } = ended;
  return {
    ...{ seq, by, at, durationMs: at - startedAt, rang, reason },
    joined: joined.includes(user),
    answered: joined.some((other) => other !== by),
  };
}
