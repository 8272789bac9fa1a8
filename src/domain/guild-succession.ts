// Who owns a guild when its owner is gone.
import type { GuildPermission, UserId } from "../protocol";
import { type PermissionMember, type PermissionRules, rankOf } from "./permission";

/** Returns the user who owns a guild after `from` is gone: the highest member, then the first. */
export function successorOf(
  rules: PermissionRules<GuildPermission>,
  members: readonly (PermissionMember & { joinedAt: number })[],
  from: UserId,
): UserId | null {
  const others = members.filter(({ user }) => user !== from);
  const isBefore = (one: PermissionMember & { joinedAt: number }, other: PermissionMember & { joinedAt: number }) =>
    rankOf(rules, other) - rankOf(rules, one) || one.joinedAt - other.joinedAt || (one.user < other.user ? -1 : 1);
  return others.toSorted(isBefore)[0]?.user ?? null;
}
