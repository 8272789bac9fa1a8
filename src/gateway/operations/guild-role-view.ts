// A guild as one of its roles sees it, for those who manage roles.
import type { Database } from "../../directory/database";
import { loadAllOverrides, overrideOf } from "../../directory/guild-state";
import { ChatError } from "../../domain/error";
import { guildMember, rulesOfChannel } from "../../domain/guild-mirror";
import { basePermissions, resolvePermissions } from "../../domain/permission";
import type { GuildView, RoleId } from "../../protocol";
import { findDecision, type GuildRequest } from "./guild-decision";
import { viewOf } from "./guild-view";

/**
 * Returns a guild as a member with one role, and no other, would see it. It has only channels in
 * which the actor may manage roles, because their overrides decide it. Throws `not_found`, and
 * `forbidden` without the permission `manage_roles`.
 */
export async function viewAsRole(db: Database, request: GuildRequest, role: RoleId): Promise<GuildView> {
  const [view, { state, rules, me }, overrides] = await Promise.all([
    viewOf(db, request),
    findDecision(db, request),
    loadAllOverrides(db, request.guild),
  ]);
  if (!basePermissions(rules, me).has("manage_roles"))
    throw new ChatError("forbidden", "this requires the permission manage_roles");
  if (!view.roles.some(({ id }) => id === role)) throw new ChatError("not_found", "no such role");
  const myRoles = role === view.everyone ? [] : [role];
  const member = guildMember("", myRoles);
  const overridesOf = Map.groupBy(overrides, ({ place }) => place);
  const channels = view.channels.flatMap((channel) => {
    if (!channel.permissions.includes("manage_roles")) return [];
    const own = (overridesOf.get(channel.id) ?? []).map(overrideOf);
    const permissions = resolvePermissions(rulesOfChannel({ ...state, type: channel.type, overrides: own }), member);
    return permissions.has("view") ? [{ ...channel, permissions: permissions.names() }] : [];
  });
  const shown = new Set(channels.map(({ category }) => category));
  return {
    ...view,
    ...{ channels, myRoles, permissions: basePermissions(rules, member).names() },
    welcomeChannel: channels.some(({ id }) => id === view.welcomeChannel) ? view.welcomeChannel : null,
    categories: view.categories.filter(({ id }) => shown.has(id)),
  };
}
