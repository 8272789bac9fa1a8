// The roster of a channel of a guild. The directory sends members with the ids of their roles. The
// channel keeps those who may see it, and of a large channel those who have visited it.

import { channelRoleOf, type GuildMirror, guildMember, rulesOfChannel } from "./guild-mirror";
import { SharedPermissions } from "./guild-viewers";
import type { PendingNotice, Roster, RosterMember } from "./roster";

/** Returns the members of a guild who may see a channel, with the role that its clients know. */
export function visibleMembers(guild: GuildMirror, members: readonly RosterMember[]): RosterMember[] {
  const permissions = new SharedPermissions(rulesOfChannel(guild));
  return members.flatMap((member): RosterMember[] => {
    const own = guildMember(member.user, member.roles ?? []);
    if (!permissions.of(own).has("view")) return [];
    return [{ ...member, role: channelRoleOf(permissions.rules, own) }];
  });
}

/**
 * Returns a roster with the members who may see the channel. A roster of a direct channel or a
 * group stays as it is. Those of a large channel who may not see it are removed.
 */
export function withVisibleMembers(roster: Roster): Roster {
  const { guild, delta, members } = roster;
  if (!guild) return roster;
  const visible = visibleMembers(guild, members);
  if (!delta) return { ...roster, members: visible };
  const seeing = new Set(visible.map(({ user }) => user));
  const removed = members.flatMap(({ user }) => (seeing.has(user) ? [] : [user]));
  return { ...roster, members: visible, delta: { ...delta, removed: [...delta.removed, ...removed] } };
}

/**
 * Returns the joins of a guild that its welcome channel does not know, whether it is visible to the
 * new members or not. `known` is the revision of the guild that the channel had. A member who lost
 * `view` or left has no notice: nothing later reaches them, and others need not learn of it.
 */
export function noticesOfGuild(known: number, { guild, createdBy, members }: Roster): PendingNotice[] {
  if (!guild?.isWelcome) return [];
  const rules = rulesOfChannel(guild);
  return members
    .filter(({ joinedIn = 0 }) => joinedIn > known && joinedIn <= guild.revision)
    .map(({ user, roles = [], addedBy }) => ({
      type: "member.joined",
      actor: addedBy ?? createdBy,
      data: { user, role: channelRoleOf(rules, guildMember(user, roles)) },
    }));
}
