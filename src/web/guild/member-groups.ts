import type { GuildMemberInfo, GuildRole } from "../../sdk";

export interface MemberGroup {
  /** Null for the members without a role that is a group of its own. */
  role: GuildRole | null;
  members: readonly GuildMemberInfo[];
}

/**
 * Returns the members by their highest role that is shown as a group, the highest role first.
 * Keeps the order of the members, and leaves out empty groups.
 */
export function memberGroups(roles: readonly GuildRole[], members: readonly GuildMemberInfo[]): MemberGroup[] {
  const grouped = roles.filter((role) => role.grouped).toSorted((one, other) => other.position - one.position);
  const groupOf = ({ roles: own }: GuildMemberInfo) => grouped.find(({ id }) => own.includes(id))?.id;
  return [...grouped, null]
    .map((role) => ({ role, members: members.filter((member) => groupOf(member) === role?.id) }))
    .filter((group) => group.members.length > 0);
}
