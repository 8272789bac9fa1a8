// Changes of a guild's roles and of who has them. The rules are those of
// `domain/guild-authority.ts`.
import type { Database } from "../../directory/database";
import { deleteRole, giveRole, insertRole, orderRoles, takeRole, updateRole } from "../../directory/guild-roles";
import { ChatError } from "../../domain/error";
import { guildPermissions } from "../../domain/guild-mirror";
import { type ChangeRole, type CreateRole, type GuildRole, limits, type RoleId, type UserId } from "../../protocol";
import { newId } from "../../runtime/ids";
import { decideGuild, type GuildDecision, type GuildRequest, madeIf, memberIn, roleIn } from "./guild-decision";
import { roleView } from "./guild-view";

/** Creates a role as the lowest one. Throws `forbidden`, `too_many_roles`. */
export async function createRoleFor(db: Database, request: GuildRequest, role: CreateRole): Promise<GuildRole> {
  return await decideGuild(db, request, async (decision) => await addRole(db, decision, role));
}

/** Creates a role that is like another one, as the lowest. Throws like `createRoleFor`. */
export async function copyRole(db: Database, request: GuildRequest, id: RoleId): Promise<GuildRole> {
  return await decideGuild(
    db,
    request,
    async (decision) => await addRole(db, decision, roleView(roleIn(decision.state, id))),
  );
}

async function addRole(
  db: Database,
  { state, authorise, change }: GuildDecision,
  { name, color, permissions, mentionable, grouped }: CreateRole,
): Promise<GuildRole | null> {
  const words = guildPermissions.wordsOf(permissions);
  authorise({ kind: "create_role", permissions: words });
  if (state.roleRows.length >= limits.guildRoles) throw new ChatError("too_many_roles");
  const row = { id: newId("r", change.now), name, color, ...words, mentionable, grouped };
  return (await insertRole(db, change, row)) ? roleView({ guild: change.guild, position: 1, ...row }) : null;
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
    return (await updateRole(db, change, id, values)) ? roleView({ ...before, ...values }) : null;
  });
}

export async function deleteRoleFor(db: Database, request: GuildRequest, id: RoleId): Promise<void> {
  await decideGuild(db, request, async ({ state, authorise, change }) => {
    const role = roleIn(state, id);
    authorise({ kind: "delete_role", role: id });
    return madeIf(await deleteRole(db, change, role));
  });
}

/** Sets the order of the roles, the lowest first, without that of everyone. */
export async function orderRolesFor(db: Database, request: GuildRequest, order: readonly RoleId[]): Promise<void> {
  await decideGuild(db, request, async ({ authorise, change }) => {
    authorise({ kind: "order_roles", order });
    return madeIf(await orderRoles(db, change, order));
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
    return madeIf(await (isGiven ? giveRole : takeRole)(db, change, user, role));
  });
}
