// The roster of a channel. The directory decides the roster and numbers its revisions. A channel
// mirrors the whole roster, except a large channel of a guild, which gets what has changed.
import type { ChannelId, ChannelKind, HistoryAccess, Permission, Role, RoleId, UserId } from "../protocol";
import type { GuildMirror } from "./guild-mirror";
import type { Notice } from "./log";
import type { EffectivePermissions } from "./permission-list";

export interface RosterMember {
  user: UserId;
  handle: string;
  role: Role;
  joinedAt: number;
  /** Access tokens issued at or before this time are refused. Epoch milliseconds. */
  tokensFrom: number;
  /** Whether others see the member's receipts. */
  receipts: boolean;
  /** Whether the member's presence mode is `invisible`. */
  hidden: boolean;
  /** In a guild: the roles of the member, without that of everyone. */
  roles?: RoleId[];
  /** In a guild: the revision of the guild in which the member joined, and who added them. */
  joinedIn?: number;
  addedBy?: UserId;
  /** In a guild: when the time-out of the member ends. Left out, or 0 as stored, without one. */
  timedOutUntil?: number;
  /** In a direct channel: whether the member blocks the other person. Left out if not. */
  blocks?: boolean;
}

/** A member as a channel stores it. `since` is the first entry that they may read; 0 for all. */
export interface StoredMember extends RosterMember {
  since: number;
  /** The last entry that a member sees who blocks the other person; left out without a block. */
  until?: number;
}

/** A member in a channel's mirror. The permissions are resolved in memory and never stored. */
export interface MirroredMember extends StoredMember {
  permissions: EffectivePermissions<Permission>;
}

export interface Roster {
  channel: ChannelId;
  kind: ChannelKind;
  name: string;
  topic: string;
  history: HistoryAccess;
  revision: number;
  /** The epoch number. Each restore raises it, and the log then begins a new epoch. */
  epochNumber: number;
  createdAt: number;
  createdBy: UserId;
  members: RosterMember[];
  /**
   * Who made each change since the last roster. `subject` is the changed user; empty for a change
   * of the channel.
   */
  causes: { subject: UserId | ""; actor: UserId }[];
  /**
   * People who were asked into a direct channel and have not answered. Left out by earlier versions
   * of the gateway.
   */
  pending?: UserId[];
  /** What the channel stores of its guild; left out for direct channels and groups. */
  guild?: GuildMirror;
  /** Says that the channel is large, and that `members` has only those who changed. */
  delta?: RosterDelta;
}

/** What a roster of a large channel says of the members of its guild besides `members`. */
interface RosterDelta {
  /** Those who left the guild. */
  removed: UserId[];
  /** Whether every change is here. Otherwise the channel forgets its visitors, who visit again. */
  isComplete: boolean;
}

export interface RosterChange {
  put: RosterMember[];
  removed: UserId[];
}

/** Returns the members that changed, so that no unchanged row is written. */
export function diffRoster(known: readonly RosterMember[], next: readonly RosterMember[]): RosterChange {
  const before = new Map(known.map((member) => [member.user, member]));
  const after = new Set(next.map((member) => member.user));
  const put = next.filter((member) => {
    const old = before.get(member.user);
    return !old || isRejoined(old, member) || isChanged(old, member);
  });
  return { put, removed: known.map((member) => member.user).filter((user) => !after.has(user)) };
}

/** Whether a member left and joined again. One who is new has not. */
export const isRejoined = (old: RosterMember | null | undefined, member: RosterMember): boolean =>
  old !== null && old !== undefined && old.joinedAt !== member.joinedAt;

/** A lower token cutoff is no change: it was read before the channel received a higher one. */
export const isChanged = (old: RosterMember, member: RosterMember): boolean =>
  old.role !== member.role ||
  old.handle !== member.handle ||
  old.tokensFrom < member.tokensFrom ||
  old.receipts !== member.receipts ||
  old.hidden !== member.hidden ||
  (old.timedOutUntil ?? 0) !== (member.timedOutUntil ?? 0) ||
  (old.blocks ?? false) !== (member.blocks ?? false) ||
  old.roles?.join() !== member.roles?.join();

/** A notice that a change adds to the log, and who made the change. */
export type PendingNotice = Notice & { actor: UserId };

/**
 * Returns the notices of a change of members: leaves first, then joins and role changes. A member
 * who left and joined again gets both notices.
 */
export function noticesOf(known: readonly RosterMember[], next: Roster, change: RosterChange): PendingNotice[] {
  const before = new Map(known.map((member) => [member.user, member]));
  const actorOf = (user: UserId) => next.causes.findLast((cause) => cause.subject === user)?.actor;
  const leaving = [
    ...change.removed,
    ...change.put.filter((member) => isRejoined(before.get(member.user), member)).map(({ user }) => user),
  ];
  const leaves = leaving.map(
    (user): PendingNotice => ({ type: "member.left", actor: actorOf(user) ?? user, data: { user } }),
  );
  const joinsAndChanges = change.put.flatMap(({ user, role, ...member }): PendingNotice[] => {
    const old = before.get(user);
    const data = { user, role };
    if (!old || old.joinedAt !== member.joinedAt) {
      return [{ type: "member.joined", actor: actorOf(user) ?? next.createdBy, data }];
    }
    return old.role === role ? [] : [{ type: "member.changed", actor: actorOf(user) ?? user, data }];
  });
  return [...leaves, ...joinsAndChanges];
}
