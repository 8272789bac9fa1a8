// Resolves what a member may do, in the order of Discord: the owner; the base of everyone and of
// the member's roles; the administrator; the override of everyone; the overrides of the roles, all
// denials before all grants; the override of the member; implicit losses; the time-out. The data of
// direct channels and groups is in `permission-sets.ts`.
import {
  common,
  EffectivePermissions,
  includes,
  noPermissions,
  type PermissionList,
  type PermissionWords,
  union,
  without,
} from "./permission-list";

export interface PermissionRole {
  /** The place in the hierarchy: a higher role changes lower ones. The role of everyone has 0. */
  position: number;
  permissions: PermissionWords;
}

/** Changes the permissions of a role or a member in one channel. */
export interface PermissionOverride {
  of: "role" | "member";
  /** The id of the role or the user. */
  id: string;
  allow: PermissionWords;
  deny: PermissionWords;
}

/** What decides the permissions in one channel. */
export interface PermissionRules<Name extends string> {
  list: PermissionList<Name>;
  /** The user who has every permission; null if there is none. */
  owner: string | null;
  /** The id of the role that everyone has. */
  everyone: string;
  /** The roles by id, with that of everyone. A role that is not here grants and changes nothing. */
  roles: ReadonlyMap<string, PermissionRole>;
  overrides: readonly PermissionOverride[];
}

/** A member, as far as permissions depend on them. */
export interface PermissionMember {
  user: string;
  /** Ids of roles. The role of everyone may be left out. */
  roles: readonly string[];
  isTimedOut: boolean;
}

/** Returns what a member may do. The order of roles and overrides has no effect. */
export function resolvePermissions<Name extends string>(
  rules: PermissionRules<Name>,
  member: PermissionMember,
): EffectivePermissions<Name> {
  return new EffectivePermissions(rules.list, resolveWords(rules, member));
}

/**
 * Returns what a member may do outside of channels: the permissions of all their roles, without
 * overrides and implicit losses. A time-out leaves what it leaves in channels.
 */
export function basePermissions<Name extends string>(
  rules: PermissionRules<Name>,
  member: PermissionMember,
): EffectivePermissions<Name> {
  const { list } = rules;
  const base = baseWords(rules, member);
  const isExempt = isOwner(rules, member) || (list.administrator !== null && includes(base, list.administrator));
  return new EffectivePermissions(list, member.isTimedOut && !isExempt ? common(base, list.keptInTimeOut) : base);
}

function baseWords<Name extends string>(rules: PermissionRules<Name>, member: PermissionMember): PermissionWords {
  const { list, everyone, roles } = rules;
  if (isOwner(rules, member)) return list.all;
  const ids = [everyone, ...member.roles];
  const base = ids.reduce((words, id) => union(words, roles.get(id)?.permissions ?? noPermissions), noPermissions);
  return list.administrator && includes(base, list.administrator) ? list.all : base;
}

function resolveWords<Name extends string>(rules: PermissionRules<Name>, member: PermissionMember): PermissionWords {
  const { list, everyone, roles, overrides } = rules;
  const base = baseWords(rules, member);
  if (isOwner(rules, member) || (list.administrator && includes(base, list.administrator))) return list.all;
  const isOfRole = ({ of, id }: PermissionOverride) =>
    of === "role" && id !== everyone && roles.has(id) && member.roles.includes(id);
  const steps = [
    overrides.filter(({ of, id }) => of === "role" && id === everyone),
    overrides.filter(isOfRole),
    overrides.filter(({ of, id }) => of === "member" && id === member.user),
  ];
  const overridden = steps.reduce((words, step) => override(words, step, list.administrator ?? noPermissions), base);
  const left = list.withoutLosses(overridden);
  return member.isTimedOut ? common(left, list.keptInTimeOut) : left;
}

/** Applies overrides of one step: all denials, then all grants. None changes `unchanged`. */
function override(
  words: PermissionWords,
  step: readonly PermissionOverride[],
  unchanged: PermissionWords,
): PermissionWords {
  const denied = step.reduce((sum, { deny }) => union(sum, deny), noPermissions);
  const allowed = step.reduce((sum, { allow }) => union(sum, allow), noPermissions);
  return union(without(words, denied), without(allowed, unchanged));
}

export const isOwner = <Name extends string>({ owner }: PermissionRules<Name>, { user }: PermissionMember): boolean =>
  owner !== null && owner === user;

/**
 * Returns the rank of a member: the position of their highest role, or Infinity for the owner. A
 * member may change only members and roles below their own rank.
 */
export function rankOf<Name extends string>(rules: PermissionRules<Name>, member: PermissionMember): number {
  if (isOwner(rules, member)) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...member.roles.map((id) => rules.roles.get(id)?.position ?? 0));
}
