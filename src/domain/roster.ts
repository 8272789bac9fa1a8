// The mirror of a channel's members. The directory decides, with a revision; the mirror takes a whole roster or nothing.
import type { ChannelId, ChannelKind, HistoryAccess, Role, SessionId, UserId } from "../protocol";
import type { Notice } from "./log";

export interface RosterMember {
  user: UserId;
  handle: string;
  role: Role;
  joinedAt: number;
  /** Access tokens issued at or before this time are refused. Epoch milliseconds. */
  tokensFrom: number;
  /** Whether others see how far they have read. */
  receipts: boolean;
  /** Whether they do not want to be seen. */
  hidden: boolean;
}

/** A member as the channel knows them: with the entry from which on they may read. */
export interface MirroredMember extends RosterMember {
  since: number;
}

export interface Roster {
  channel: ChannelId;
  kind: ChannelKind;
  name: string;
  topic: string;
  history: HistoryAccess;
  revision: number;
  /** Rises when the channel was put back to an earlier state: its log then takes another epoch. */
  life: number;
  createdAt: number;
  createdBy: UserId;
  members: RosterMember[];
  /** Sessions that ended since the last push, whose sockets must close. */
  endedSessions: SessionId[];
  /** Who did what has changed since the last push, by the user it was done to (empty: to the channel). */
  causes: { subject: UserId | ""; actor: UserId }[];
}

export interface RosterChange {
  put: RosterMember[];
  removed: UserId[];
}

/** The rows that differ, so that a push writes no row it need not. */
export function diffRoster(known: readonly RosterMember[], next: readonly RosterMember[]): RosterChange {
  const before = new Map(known.map((member) => [member.user, member]));
  const after = new Set(next.map((member) => member.user));
  const put = next.filter((member) => {
    const old = before.get(member.user);
    return !old || isRejoined(old, member) || isChanged(old, member);
  });
  return { put, removed: known.map((member) => member.user).filter((user) => !after.has(user)) };
}

const isRejoined = (old: RosterMember, member: RosterMember): boolean => old.joinedAt !== member.joinedAt;
const isChanged = (old: RosterMember, member: RosterMember): boolean =>
  old.role !== member.role ||
  old.tokensFrom !== member.tokensFrom ||
  old.receipts !== member.receipts ||
  old.hidden !== member.hidden;

/** An entry the log owes to a change, and who made it. */
export type PendingNotice = Notice & { actor: UserId };

/** What the log says of a change of members: who went (leaving before coming again), who came, whose role changed. */
export function noticesOf(known: readonly RosterMember[], next: Roster, change: RosterChange): PendingNotice[] {
  const before = new Map(known.map((member) => [member.user, member]));
  const actorOf = (user: UserId) => next.causes.findLast((cause) => cause.subject === user)?.actor;
  const gone = [
    ...change.removed,
    ...change.put.filter((member) => hasRejoined(before, member)).map(({ user }) => user),
  ];
  const left = gone.map(
    (user): PendingNotice => ({ type: "member.left", actor: actorOf(user) ?? user, data: { user } }),
  );
  const rest = change.put.flatMap(({ user, role, ...member }): PendingNotice[] => {
    const old = before.get(user);
    const data = { user, role };
    if (!old || old.joinedAt !== member.joinedAt) {
      return [{ type: "member.joined", actor: actorOf(user) ?? next.createdBy, data }];
    }
    return old.role === role ? [] : [{ type: "member.changed", actor: actorOf(user) ?? user, data }];
  });
  return [...left, ...rest];
}

function hasRejoined(before: ReadonlyMap<string, RosterMember>, member: RosterMember): boolean {
  const old = before.get(member.user);
  return old !== undefined && isRejoined(old, member);
}
