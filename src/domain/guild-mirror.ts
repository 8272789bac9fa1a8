// What a channel knows of its guild: the roles, its own overrides, and who may see it. It stores
// roles and overrides and never resolved permissions, so that a change of a role has no order of
// its own. The rules of the guild are one more instance of the resolver in `permission.ts`.
import {
  type GuildChannelType,
  type GuildId,
  type GuildPermission,
  guildPermission,
  type MentionedRole,
  type NamedRoles,
  namedRoles,
  type Role,
  type RoleId,
  type UserId,
} from "../protocol";
import {
  basePermissions,
  isOwner,
  type PermissionMember,
  type PermissionOverride,
  type PermissionRules,
} from "./permission";
import { noPermissions, PermissionList, type PermissionWords } from "./permission-list";

/** The permissions of a guild. The order of the names is that of the stored bits. */
export const guildPermissions = new PermissionList<GuildPermission>({
  names: guildPermission.options,
  access: "view",
  administrator: "administrator",
  dependents: { send: ["thread", "mention_all", "attach"] },
  keptInTimeOut: ["view", "history"],
});

/** A role of a guild, as far as permissions depend on it. The role of everyone has position 0. */
export interface GuildRoleWords {
  id: RoleId;
  position: number;
  permissions: PermissionWords;
  /** Its name, and whether everyone may mention it. Mirrors of an earlier version have neither. */
  name?: string | undefined;
  mentionable?: boolean | undefined;
}

/** The part of a guild on which all permissions outside of channels depend. */
export interface GuildHierarchy {
  guild: GuildId;
  owner: UserId;
  roles: readonly GuildRoleWords[];
}

/** What a channel stores of its guild. */
export interface GuildMirror extends GuildHierarchy {
  /** The revision of the guild: rises by 1 with every change of its roles or members. */
  revision: number;
  type: GuildChannelType;
  overrides: readonly PermissionOverride[];
  /** Seconds between two messages of a member; left out, or 0, without slow mode. */
  slowModeSeconds?: number | undefined;
  /** Whether the log of this channel has an entry for everyone who joins the guild. */
  isWelcome: boolean;
  /** Whether more than `fullChannelViewers` members may view the channel. */
  isLarge: boolean;
}

/** Returns the id of the role that every member has. */
export const everyoneOf = (guild: GuildId): RoleId => `r_${guild.slice(2)}`;

/**
 * Returns the roles that a text in a channel can mention, with the members who have them. Of
 * several with one name the highest counts. `members` is null for a large channel.
 */
export function mentionedRoles(
  { guild, roles }: GuildHierarchy,
  members: readonly { user: UserId; roles?: readonly RoleId[] }[] | null,
): NamedRoles<MentionedRole> {
  /** Bound: `guildRoles` roles with the members of a channel, for one call. */
  const usersOf = new Map<RoleId, UserId[]>();
  for (const { user, roles: own = [] } of members ?? [])
    for (const id of own) {
      const users = usersOf.get(id);
      if (users) users.push(user);
      else usersOf.set(id, [user]);
    }
  const named = roles
    .filter(({ id, name }) => id !== everyoneOf(guild) && name !== undefined)
    .toSorted((one, other) => other.position - one.position)
    .map(({ id, name = "", mentionable = false }) => ({
      ...{ id, name, mentionable },
      users: members && (usersOf.get(id) ?? []),
    }));
  return namedRoles(named);
}

/** Returns the rules of a guild outside of its channels. */
export const rulesOfGuild = ({ guild, owner, roles }: GuildHierarchy): PermissionRules<GuildPermission> => ({
  list: guildPermissions,
  owner,
  everyone: everyoneOf(guild),
  roles: new Map(roles.map(({ id, position, permissions }) => [id, { position, permissions }])),
  overrides: [],
});

/** What a lock denies everyone. */
export const sendWords: PermissionWords = guildPermissions.wordsOf(["send"]);

/** What each type of channel denies everyone, before the overrides that grant it. */
const deniedByType: Record<GuildChannelType, PermissionWords> = {
  text: noPermissions,
  announcement: sendWords,
  private: guildPermissions.wordsOf(["view"]),
};

/** Returns what a type of channel denies everyone. Overrides of roles and members can grant it. */
export const denialOf = (type: GuildChannelType): PermissionWords => deniedByType[type];

/** Returns the rules of one channel of a guild. */
export function rulesOfChannel(
  mirror: Pick<GuildMirror, "type" | "overrides"> & GuildHierarchy,
): PermissionRules<GuildPermission> {
  const rules = rulesOfGuild(mirror);
  const ofType: PermissionOverride = {
    of: "role",
    id: rules.everyone,
    allow: noPermissions,
    deny: denialOf(mirror.type),
  };
  return { ...rules, overrides: [ofType, ...mirror.overrides] };
}

/** A member of a guild. In a time-out they may only read. */
export const guildMember = (user: UserId, roles: readonly RoleId[], isTimedOut = false): PermissionMember => ({
  user,
  roles,
  isTimedOut,
});

/**
 * Returns the role that clients of channels know: the owner, an administrator, or any other member.
 */
export function channelRoleOf(rules: PermissionRules<GuildPermission>, member: PermissionMember): Role {
  if (isOwner(rules, member)) return "owner";
  return basePermissions(rules, member).has("administrator") ? "admin" : "member";
}
