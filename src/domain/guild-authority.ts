// Decides who may change a guild. Nobody grants or takes a permission that they lack. Nobody
// changes a role, a member or an override at or above their own rank. The owner is bound by
// neither. This is the only place that holds these rules: the directory makes a change only if the
// guild is still as it was when the change was decided.
import type { GuildPermission, RoleId } from "../protocol";
import { ChatError } from "./error";
import {
  basePermissions,
  isOwner,
  type PermissionMember,
  type PermissionRules,
  rankOf,
  resolvePermissions,
} from "./permission";
import {
  difference,
  type EffectivePermissions,
  includes,
  isSame,
  noPermissions,
  type PermissionWords,
  union,
} from "./permission-list";

/** What an override grants and denies. */
export interface OverrideWords {
  allow: PermissionWords;
  deny: PermissionWords;
}

export const noOverride: OverrideWords = { allow: noPermissions, deny: noPermissions };

/** A change of a guild. `subject` is the member that it changes. */
export type GuildChange =
  /** Changes the name, the description, the colour or the welcome channel. */
  | { kind: "edit" }
  /** Hands the guild over, deletes it, or cancels its deletion. */
  | { kind: "own" }
  /** Adds a person, or makes an invite. */
  | { kind: "invite" }
  /** Sees and revokes the invites of others. */
  | { kind: "manage_invites" }
  /** Bans also people who are no members. */
  | { kind: "kick" | "ban"; subject: PermissionMember }
  | { kind: "time_out" | "end_time_out"; subject: PermissionMember }
  /** Deletes what a person wrote lately, who may be no member. */
  | { kind: "purge"; subject: PermissionMember }
  | { kind: "view_audit_log" }
  /** Lists or lifts bans. */
  | { kind: "review_bans" }
  /** Lists or resolves reports. */
  | { kind: "review_reports" }
  /** `permissions`: those of the new role. */
  | { kind: "create_role"; permissions: PermissionWords }
  /** `permissions`: those after the change; left out if they stay. */
  | { kind: "change_role"; role: RoleId; permissions?: PermissionWords | undefined }
  | { kind: "delete_role"; role: RoleId }
  /** `order`: every role except that of everyone, the lowest first. */
  | { kind: "order_roles"; order: readonly RoleId[] }
  | { kind: "assign_role" | "take_role"; role: RoleId; subject: PermissionMember }
  /** Creates a channel or a category, or changes or deletes a category. */
  | { kind: "create_channel" };

/** A change of one channel or category. */
export type GuildChannelChange =
  /** Changes the name, topic or place of a channel, or deletes it. */
  | { kind: "change_channel" }
  /** Denies everyone `send`, or ends that. */
  | { kind: "lock" }
  | { kind: "purge"; subject: PermissionMember }
  | ({ kind: "override" } & OverrideChange);

/** An override before and after a change. `subject`: a role by its id, or a member. */
export interface OverrideChange {
  subject: RoleId | PermissionMember;
  before: OverrideWords;
  after: OverrideWords;
}

/**
 * Throws `forbidden` unless the member may make the change. Throws `invalid` for an order that is
 * not one of the roles, and `not_found` for a role that does not exist. `rules` are those of the
 * guild.
 */
export function authoriseGuild(
  rules: PermissionRules<GuildPermission>,
  me: PermissionMember,
  change: GuildChange,
): void {
  const own = basePermissions(rules, me);
  switch (change.kind) {
    case "edit":
    case "manage_invites":
      requireHas(own, "manage_guild");
      return;
    case "own":
      if (!isOwner(rules, me)) throw new ChatError("forbidden", "only the owner can do this");
      return;
    case "invite":
      requireHas(own, "invite");
      return;
    case "kick":
    case "ban":
      requireHas(own, change.kind);
      if (isOwner(rules, change.subject)) throw new ChatError("forbidden", "the owner cannot be removed");
      requireRankAbove(rules, me, rankOf(rules, change.subject));
      return;
    case "purge":
      requireMayPurge(rules, me, own, change.subject);
      return;
    case "time_out":
    case "end_time_out":
      requireHas(own, "moderate_members");
      if (change.kind === "time_out" && isExemptFromTimeOut(rules, change.subject))
        throw new ChatError("forbidden", "owners and administrators cannot be timed out");
      requireRankAbove(rules, me, rankOf(rules, change.subject));
      return;
    case "view_audit_log":
      requireHas(own, "view_audit_log");
      return;
    case "review_bans":
      requireHas(own, "ban");
      return;
    case "review_reports":
      requireHas(own, "delete_any");
      return;
    case "create_role":
      requireHas(own, "manage_roles");
      // The new role is the lowest of all, and must still be below the member who creates it.
      requireRankAbove(rules, me, 0);
      requireOwn(own, change.permissions);
      return;
    case "change_role": {
      requireHas(own, "manage_roles");
      const role = roleOf(rules, change.role);
      requireRankAbove(rules, me, role.position);
      requireOwn(own, difference(role.permissions, change.permissions ?? role.permissions));
      return;
    }
    case "delete_role":
      requireHas(own, "manage_roles");
      if (change.role === rules.everyone) throw new ChatError("forbidden", "everyone keeps this role");
      requireRankAbove(rules, me, roleOf(rules, change.role).position);
      return;
    case "order_roles":
      requireHas(own, "manage_roles");
      authoriseOrder(rules, me, change.order);
      return;
    case "assign_role":
    case "take_role": {
      requireHas(own, "manage_roles");
      if (change.role === rules.everyone) throw new ChatError("forbidden", "everyone keeps this role");
      const role = roleOf(rules, change.role);
      requireRankAbove(rules, me, role.position);
      requireRankAbove(rules, me, rankOf(rules, change.subject));
      if (change.kind === "assign_role") requireOwn(own, role.permissions);
      return;
    }
    case "create_channel":
      requireHas(own, "manage_channels");
      return;
  }
}

/** Whether the member may make the change. Throws `not_found` for a role that does not exist. */
export function mayChangeGuild(
  rules: PermissionRules<GuildPermission>,
  me: PermissionMember,
  change: GuildChange,
): boolean {
  try {
    authoriseGuild(rules, me, change);
    return true;
  } catch (error) {
    if (error instanceof ChatError && error.code === "forbidden") return false;
    throw error;
  }
}

/**
 * Throws `not_found` if the member cannot see the channel, and `forbidden` unless they may make the
 * change. `rules` are those of the channel.
 */
export function authoriseGuildChannel(
  rules: PermissionRules<GuildPermission>,
  me: PermissionMember,
  change: GuildChannelChange,
): void {
  const own = resolvePermissions(rules, me);
  if (!own.has("view")) throw new ChatError("not_found");
  if (change.kind === "change_channel") {
    requireHas(own, "manage_channels");
    return;
  }
  if (change.kind === "lock") {
    requireHas(own, "manage_channels");
    // A lock takes `send` from who made it too, so what they have in the guild counts.
    requireHas(basePermissions(rules, me), "send");
    return;
  }
  if (change.kind === "purge") {
    requireMayPurge(rules, me, own, change.subject);
    return;
  }
  requireHas(own, "manage_roles");
  authoriseOverride(rules, me, own, change);
}

/** `own`: what the member may do where the messages are. Only the owner purges the owner. */
function requireMayPurge(
  rules: PermissionRules<GuildPermission>,
  me: PermissionMember,
  own: EffectivePermissions<GuildPermission>,
  subject: PermissionMember,
): void {
  requireHas(own, "delete_any");
  if (isOwner(rules, subject) && !isOwner(rules, me))
    throw new ChatError("forbidden", "only the owner deletes the messages of the owner");
  requireRankAbove(rules, me, rankOf(rules, subject));
}

/**
 * Throws `forbidden` unless the member may give a new channel these overrides. `rules` are those of
 * the guild, because the channel has no others yet.
 */
export function authoriseNewOverrides(
  rules: PermissionRules<GuildPermission>,
  me: PermissionMember,
  overrides: readonly OverrideChange[],
): void {
  const own = basePermissions(rules, me);
  if (overrides.length > 0) requireHas(own, "manage_roles");
  for (const change of overrides) authoriseOverride(rules, me, own, change);
}

/**
 * Throws `forbidden` unless the member may create a channel whose type denies everyone `denied`.
 * `rules` are those of the guild.
 */
export function authoriseNewType(
  rules: PermissionRules<GuildPermission>,
  me: PermissionMember,
  denied: PermissionWords,
): void {
  if (isSame(denied, noPermissions)) return;
  const after = { ...noOverride, deny: denied };
  authoriseOverride(rules, me, basePermissions(rules, me), { subject: rules.everyone, before: noOverride, after });
}

function authoriseOverride(
  rules: PermissionRules<GuildPermission>,
  me: PermissionMember,
  own: EffectivePermissions<GuildPermission>,
  { subject, before, after }: OverrideChange,
): void {
  requireRankAbove(rules, me, typeof subject === "string" ? roleOf(rules, subject).position : rankOf(rules, subject));
  requireOwn(own, union(difference(before.allow, after.allow), difference(before.deny, after.deny)));
}

/** Roles at or above the rank of the member keep their places. */
function authoriseOrder(rules: PermissionRules<GuildPermission>, me: PermissionMember, order: readonly RoleId[]): void {
  const before = orderOf(rules);
  if (order.length !== before.length || before.some((id) => !order.includes(id)))
    throw new ChatError("invalid", "roles: must have every role of the server once, except that of everyone");
  const moved = before.filter((id, at) => order[at] !== id);
  const highest = Math.max(0, ...moved.map((id) => roleOf(rules, id).position));
  if (moved.length > 0) requireRankAbove(rules, me, highest);
}

/** Returns the roles except that of everyone, the lowest first. */
export const orderOf = ({ roles, everyone }: PermissionRules<GuildPermission>): RoleId[] =>
  [...roles]
    .filter(([id]) => id !== everyone)
    .sort(([, one], [, other]) => one.position - other.position)
    .map(([id]) => id);

function roleOf({ roles }: PermissionRules<GuildPermission>, id: RoleId) {
  const role = roles.get(id);
  if (!role) throw new ChatError("not_found", "no such role");
  return role;
}

/** A time-out takes nothing from the owner and from administrators, so it would mislead. */
const isExemptFromTimeOut = (rules: PermissionRules<GuildPermission>, subject: PermissionMember): boolean =>
  isOwner(rules, subject) || basePermissions(rules, { ...subject, isTimedOut: false }).has("administrator");

function requireHas(own: EffectivePermissions<GuildPermission>, permission: GuildPermission): void {
  if (!own.has(permission)) throw new ChatError("forbidden", `this requires the permission ${permission}`);
}

/** Throws unless the member has every permission that a change grants or takes. */
function requireOwn(own: EffectivePermissions<GuildPermission>, changed: PermissionWords): void {
  if (!includes(own.words, changed))
    throw new ChatError("forbidden", "you can neither grant nor take a permission that you lack");
}

function requireRankAbove(rules: PermissionRules<GuildPermission>, me: PermissionMember, rank: number): void {
  if (!isOwner(rules, me) && rankOf(rules, me) <= rank)
    throw new ChatError("forbidden", "only what is below your own highest role can be changed");
}
