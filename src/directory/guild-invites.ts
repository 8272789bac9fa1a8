// Invites to guilds. `invite-rule.ts` decides whom an invite admits. The roles that it gives are
// those that its creator may give when it is used.
import { and, eq, type SQL, sql } from "drizzle-orm";
import { type GuildHierarchy, guildMember } from "../domain/guild-mirror";
import type { PermissionMember } from "../domain/permission";
import { type GuildId, limits, type RoleId, type UserId } from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import type { DecidedChange } from "./guild-change";
import { hasGuildRoom, hasMemberRoom, joinGuild } from "./guild-members";
import { guildMemberRoles, guildRoles, guilds, guildTimeOuts } from "./guild-schema";
import { type GuildRoleRow, rolesIn } from "./guild-state";
import { isTimedOut } from "./guild-time-outs";
import { countUse, type InviteUse, isAdmittedBy, isValidAt } from "./invite-rule";
import { type InviteRow, isOf } from "./invites";
import { accounts, invites } from "./schema";

/** The guild is still as it was when something was decided about its invites. */
export const isGuildAsDecided = ({ guild, actor, at }: DecidedChange): SQL =>
  sql`(EXISTS (SELECT 1 FROM ${guilds} decided WHERE decided.id = ${guild} AND decided.revision = ${at})
    AND ${isOpenAccount(actor)})`;

/**
 * Creates an invite to a guild, as it was decided, if the guild and its creator have room for
 * another one. Returns null if not.
 */
export async function createGuildInvite(
  db: Database,
  change: DecidedChange,
  invite: Pick<InviteRow, "code" | "expiresAt" | "maxUses" | "channel" | "roles">,
): Promise<InviteRow | null> {
  const { guild, actor, now } = change;
  const { code, expiresAt, maxUses, channel, roles } = invite;
  const count = (which: SQL) =>
    sql`(SELECT count(*) FROM ${invites} i WHERE ${isOf("guild", guild)} AND ${isValidAt(now)} AND ${which})`;
  const hasRoom = sql`${count(sql`true`)} < ${limits.invitesPerGuild}
    AND ${count(sql`i.created_by = ${actor}`)} < ${limits.invitesPerTarget}`;
  const [created] = await db
    .insert(invites)
    .select(
      sql`SELECT ${code}, 'guild', ${guild}, ${actor}, ${now}, ${expiresAt}, ${maxUses}, 0, NULL, ${channel},
            ${JSON.stringify(roles)} WHERE ${isGuildAsDecided(change)} AND ${hasRoom}`,
    )
    .returning();
  return created ?? null;
}

/** Who gives roles by an invite, and everything on which it depends which ones they may give. */
export interface RoleGiver {
  /** The guild with its owner, the roles of the giver and those that were asked for. */
  hierarchy: GuildHierarchy;
  giver: PermissionMember;
  /** Holds for a row of the guild as long as none of that has changed, time-outs aside. */
  isUnchanged: SQL;
}

/**
 * Returns who made an invite, with the roles that decide what they may give. Reads no members, so
 * that many people can enter a large guild at once. Null if the guild does not exist.
 */
export async function loadRoleGiver(
  db: Database,
  guild: GuildId,
  giver: UserId,
  roles: readonly RoleId[],
): Promise<RoleGiver | null> {
  const isOwn = sql`EXISTS (SELECT 1 FROM ${guildMemberRoles} own WHERE own.guild = ${guild}
    AND own.user = ${giver} AND own.role = ${guildRoles.id})`;
  const isAsked = sql`${guildRoles.id} IN (SELECT value FROM json_each(${JSON.stringify(roles)}))`;
  const timeOut = sql`SELECT 1 FROM ${guildTimeOuts} WHERE ${guildTimeOuts.guild} = ${guild}
    AND ${guildTimeOuts.user} = ${giver} AND ${isTimedOut}`;
  const matters = and(eq(guildRoles.guild, guild), sql`(${guildRoles.position} = 0 OR ${isOwn} OR ${isAsked})`);
  const [rows, roleRows] = await db.batch([
    db
      .select({
        owner: guilds.owner,
        isGiverTimedOut: sql<boolean>`EXISTS (${timeOut})`.mapWith(Boolean),
      })
      .from(guilds)
      .where(eq(guilds.id, guild))
      .limit(1),
    db
      .select({ role: guildRoles, isOwn: sql<boolean>`${isOwn}`.mapWith(Boolean) })
      .from(guildRoles)
      .where(matters)
      .orderBy(guildRoles.id),
  ]);
  if (!rows[0]) return null;
  const { owner, isGiverTimedOut } = rows[0];
  const seen = roleRows.map(({ role, isOwn: has }) => `${role.id} ${stateOf(role)} ${has ? 1 : 0}`).join();
  const { id, position, low, high } = guildRoles;
  const present = sql`(SELECT group_concat(state) FROM (SELECT ${id} || ' ' || ${position} || ' ' || ${low} || ' '
    || ${high} || ' ' || ${isOwn} AS state FROM ${guildRoles} WHERE ${matters} ORDER BY ${id}))`;
  return {
    hierarchy: { guild, owner, roles: rolesIn(roleRows.map(({ role }) => role)) },
    giver: guildMember(
      giver,
      roleRows.filter(({ isOwn: has, role }) => has && role.position > 0).map(({ role }) => role.id),
      isGiverTimedOut,
    ),
    isUnchanged: sql`${guilds.owner} = ${owner} AND ${present} = ${seen}`,
  };
}

const stateOf = ({ position, low, high }: GuildRoleRow): string => `${position} ${low} ${high}`;

/**
 * Makes a person a member of a guild with these roles, if the invite admits them, they are no
 * member, the guild and their list of guilds have room, and `condition` holds for the row of the
 * guild. Counts one use. Returns whether they entered.
 */
export async function enterGuild(
  db: Database,
  use: InviteUse,
  guild: GuildId,
  roles: readonly RoleId[],
  condition: SQL,
): Promise<boolean> {
  const { user, now } = use;
  return await joinGuild(
    db,
    { guild, user, by: user, roles, now },
    {
      entry: sql`${isAdmittedBy(use)} AND ${condition}`,
      also: (isAdmitted) => [countUse(db, use, isAdmitted)],
    },
  );
}

/** Why an admitted person cannot enter a guild; null if another request was faster. */
export async function guildRefusal(
  db: Database,
  guild: GuildId,
  user: UserId,
): Promise<"guild_full" | "too_many_guilds" | null> {
  const [found] = await db.all<{ room: number; guilds: number }>(
    sql`SELECT ${hasMemberRoom(guild)} AS room,
          EXISTS (SELECT 1 FROM ${accounts} WHERE ${accounts.id} = ${user} AND ${hasGuildRoom}) AS guilds`,
  );
  if (!found?.room) return "guild_full";
  return found.guilds ? null : "too_many_guilds";
}
