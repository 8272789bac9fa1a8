// Changes of a guild's roles and of who has them. The rules are those of
// `domain/guild-authority.ts`.
import type { Database } from "../../directory/database";
import { deleteRole, giveRole, insertRole, orderRoles, takeRole, updateRole } from "../../directory/guild-roles";
import { ChatError } from "../../domain/error";
import { changedFields, createdFields, deletedFields, permissionNames } from "../../domain/guild-audit";
import { orderOf } from "../../domain/guild-authority";
import { guildPermissions } from "../../domain/guild-mirror";
import { type ChangeRole, type CreateRole, type GuildRole, limits, type RoleId, type UserId } from "../../protocol";
import { newId } from "../../runtime/ids";
import { decideGuild, type GuildDecision, type GuildRequest, madeIf, memberIn, roleIn } from "./guild-decision";
import { roleView } from "./guild-view";

/** Creates a role as the lowest one. Throws `forbidden`, `too_many_roles`. */
export async function createRoleFor(db: Database, request: GuildRequest, role: CreateRole): Promise<GuildRole> {
  return await decideGuild(db, request, async (decision) => await addRole(db, decision, request, role));
}

/** Creates a role that is like another one, as the lowest. Throws like `createRoleFor`. */
export async function copyRole(db: Database, request: GuildRequest, id: RoleId): Promise<GuildRole> {
  return await decideGuild(
    db,
    request,
    async (decision) => await addRole(db, decision, request, roleView(roleIn(decision.state, id))),
  );
}

async function addRole(
  db: Database,
  { state, authorise, change }: GuildDecision,
  { guild, now }: GuildRequest,
  { name, color, permissions, mentionable, grouped }: CreateRole,
): Promise<GuildRole | null> {
  const words = guildPermissions.wordsOf(permissions);
  authorise({ kind: "create_role", permissions: words });
  if (state.roleRows.length >= limits.guildRoles) throw new ChatError("too_many_roles");
  const row = { id: newId("r", now), name, color, ...words, mentionable, grouped };
  const changes = createdFields({ name, color, permissions, mentionable, grouped });
  const recorded = change({ kind: "role.created", target: row.id, changes });
  return (await insertRole(db, recorded, row)) ? roleView({ guild, position: 1, ...row }) : null;
}

/** Changes a role. The role of everyone keeps its name. */
export async function changeRoleFor(
  db: Database,
  request: GuildRequest,
  id: RoleId,
  { name, color, permissions, mentionable, grouped }: ChangeRole,
): Promise<GuildRole> {
  return await decideGuild(db, request, async ({ state, rules, authorise, change }) => {
    const before = roleIn(state, id);
    const words = permissions && guildPermissions.wordsOf(permissions);
    authorise({ kind: "change_role", role: id, permissions: words });
    if (id === rules.everyone && name !== undefined) throw new ChatError("invalid", "name: everyone keeps its name");
    const values = {
      ...(name !== undefined && { name }),
      ...(color !== undefined && { color }),
      ...(words && { low: words.low, high: words.high }),
      ...(mentionable !== undefined && { mentionable }),
      ...(grouped !== undefined && { grouped }),
    };
    const { name: oldName, color: oldColor, mentionable: wasMentionable, grouped: wasGrouped } = before;
    const changes = changedFields(
      {
        ...{ name: oldName, color: oldColor, mentionable: wasMentionable, grouped: wasGrouped },
        permissions: permissionNames(before),
      },
      { name, color, mentionable, grouped, ...(words && { permissions: permissionNames(words) }) },
    );
    const recorded = change({ kind: "role.changed", target: id, changes });
    return (await updateRole(db, recorded, id, values)) ? roleView({ ...before, ...values }) : null;
  });
}

export async function deleteRoleFor(db: Database, request: GuildRequest, id: RoleId): Promise<void> {
  await decideGuild(db, request, async ({ state, authorise, change }) => {
    const role = roleIn(state, id);
    authorise({ kind: "delete_role", role: id });
    const changes = deletedFields({ name: role.name, color: role.color, permissions: permissionNames(role) });
    return madeIf(await deleteRole(db, change({ kind: "role.deleted", target: id, changes }), role));
  });
}

/** Sets the order of the roles, the lowest first, without that of everyone. */
export async function orderRolesFor(db: Database, request: GuildRequest, order: readonly RoleId[]): Promise<void> {
  await decideGuild(db, request, async ({ rules, authorise, change }) => {
    authorise({ kind: "order_roles", order });
    const placesOf = (ids: readonly RoleId[]) => Object.fromEntries(ids.map((id, at) => [id, at + 1]));
    const changes = changedFields(placesOf(orderOf(rules)), placesOf(order));
    return madeIf(await orderRoles(db, change({ kind: "roles.ordered", target: null, changes }), order));
  });
}

/** Gives a member a role, or takes it. A member who has it already, or does not, is no error. */
export async function assignRoleTo(
  db: Database,
  request: GuildRequest,
  { user, role, isGiven }: { user: UserId; role: RoleId; isGiven: boolean },
): Promise<void> {
  await decideGuild(db, { ...request, people: [user] }, async ({ state, authorise, change }) => {
    const subject = memberIn(state, user);
    roleIn(state, role);
    authorise({ kind: isGiven ? "assign_role" : "take_role", role, subject });
    if (subject.roles.includes(role) === isGiven) return {};
    const changes = isGiven ? createdFields({ role }) : deletedFields({ role });
    const recorded = change({ kind: isGiven ? "role.given" : "role.taken", target: user, changes });
    return madeIf(await (isGiven ? giveRole : takeRole)(db, recorded, user, role));
  });
}
