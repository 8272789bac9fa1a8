// What the inbox row of a member shows of calls.
import type { MirroredMember } from "../../domain/roster";
import type { InboxRow } from "../../protocol";
import type { Calls } from "./calls";

/**
 * Returns the call that is on, and the last call if the member has missed it and not read past it.
 * Who came after a call has not missed it. `read`: the member's read mark.
 */
export function inboxCallsOf(
  calls: Calls,
  member: MirroredMember | null,
  read: number,
): Pick<InboxRow, "call" | "missed"> | null {
  const { last } = calls;
  if (!last || !member) return null;
  const { call, by, startedAt, rang, ended } = last;
  const { user, joinedAt } = member;
  if (!ended) return { call: { call, by, startedAt, rings: calls.ringsForMs(user) > 0 } };
  const isMissed = rang && by !== user && ended.seq > read && joinedAt <= startedAt && !ended.joined.includes(user);
  return isMissed ? { missed: { seq: ended.seq, by, at: startedAt } } : null;
}
