// The permissions of direct channels and groups, as data of the resolver in `permission.ts`. Their
// members have one of three fixed roles, so each set is resolved once for each role. The channel
// checks every command against the result, and clients get it with `ready`.
import { type ChannelKind, channelKinds, type Permission, type PermissionSetName, type Role, role } from "../protocol";
import { ChatError } from "./error";
import { type PermissionMember, type PermissionRules, resolvePermissions } from "./permission";
import { EffectivePermissions, noPermissions, PermissionList } from "./permission-list";

/**
 * The permissions of a conversation. They are named here, so that a permission that is added for
 * another kind of channel does not reach the owners of groups.
 */
const conversation = new PermissionList<Permission>({
  names: [
    ...(["read", "send", "react", "pin", "edit_own", "delete_own", "invite"] as const),
    ...(["delete_any", "mention_all", "manage"] as const),
  ],
  access: "read",
  administrator: null,
  dependents: { send: ["mention_all"] },
  keptInTimeOut: ["read"],
});

const EVERYONE = "everyone";

const inPair = conversation.wordsOf(["read", "send", "react", "pin", "edit_own", "delete_own"]);
const inGroup = conversation.wordsOf(["read", "send", "react", "pin", "edit_own", "delete_own", "invite"]);
const ofAdmins = conversation.wordsOf(["delete_any", "mention_all", "manage"]);

/** Stands for any member with a fixed role: their permissions depend on nothing else. */
export const memberWith = (own: Role): PermissionMember => ({ user: own, roles: [own], isTimedOut: false });

/** The sets of kinds whose members have a fixed role. */
type FixedSetName = Exclude<PermissionSetName, "roles">;

const sets: Record<FixedSetName, PermissionRules<Permission>> = {
  // Both members are equal: neither may delete the other's messages or change the channel.
  pair: {
    list: conversation,
    owner: null,
    everyone: EVERYONE,
    roles: new Map([[EVERYONE, { position: 0, permissions: inPair }]]),
    overrides: [],
  },
  group: {
    list: conversation,
    owner: memberWith("owner").user,
    everyone: EVERYONE,
    roles: new Map([
      [EVERYONE, { position: 0, permissions: inGroup }],
      ["member" satisfies Role, { position: 0, permissions: noPermissions }],
      ["admin" satisfies Role, { position: 1, permissions: ofAdmins }],
    ]),
    overrides: [],
  },
};

type PermissionsByRole = Readonly<Record<Role, EffectivePermissions<Permission>>>;

const resolved = Object.fromEntries(
  Object.entries(sets).map(([name, rules]) => [
    name,
    Object.fromEntries(role.options.map((own) => [own, resolvePermissions(rules, memberWith(own))])),
  ]),
) as Record<FixedSetName, PermissionsByRole>;

/** Throws a RangeError for a channel of a guild, whose roles are rows. */
function setOf(kind: ChannelKind): FixedSetName {
  const { permissionSet } = channelKinds[kind];
  if (permissionSet === "roles") throw new RangeError("the roles of a guild are not fixed");
  return permissionSet;
}

/**
 * Returns what a member with a fixed role may do in a kind of channel. Allocates nothing. Throws a
 * RangeError for a channel of a guild.
 */
export const permissionsOf = (kind: ChannelKind, own: Role): EffectivePermissions<Permission> =>
  resolved[setOf(kind)][own];

/** What a member of a direct channel may do who blocks the other person. */
export const readOnly: EffectivePermissions<Permission> = new EffectivePermissions(
  conversation,
  conversation.wordsOf(["read"]),
);

/**
 * Returns the permission rules of a kind of channel. Use `memberWith` for its members. Throws a
 * RangeError for a channel of a guild.
 */
export const rulesFor = (kind: ChannelKind): PermissionRules<Permission> => sets[setOf(kind)];

/** Throws `forbidden` unless a member has the permission. */
export function requirePermission(permissions: EffectivePermissions<Permission>, permission: Permission): void {
  if (!permissions.has(permission)) throw new ChatError("forbidden", `this requires the permission ${permission}`);
}
