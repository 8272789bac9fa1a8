// The mirror of a channel's members. The directory decides, with a revision; the mirror takes a whole roster or nothing.
import type { ChannelId, ChannelKind, Role, SessionId, UserId } from "../protocol";

export interface RosterMember {
  user: UserId;
  role: Role;
  joinedAt: number;
  /** Access tokens issued at or before this time are refused. Epoch milliseconds. */
  tokensFrom: number;
}

export interface Roster {
  channel: ChannelId;
  kind: ChannelKind;
  revision: number;
  createdAt: number;
  members: RosterMember[];
  /** Sessions that ended since the last push, whose sockets must close. */
  endedSessions: SessionId[];
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
    return !old || old.role !== member.role || old.tokensFrom !== member.tokensFrom || old.joinedAt !== member.joinedAt;
  });
  return { put, removed: known.map((member) => member.user).filter((user) => !after.has(user)) };
}
