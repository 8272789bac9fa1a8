// Changes of a guild's roles. Each is made only if the guild is still as it was when the change was
// decided, and returns whether it was made.
import { and, eq, gt, gte, ne, sql } from "drizzle-orm";
import { everyoneOf } from "../domain/guild-mirror";
import type { RoleId, UserId } from "../protocol";
import type { Database } from "./database";
import { changeGuildRows, type DecidedChange, isAsDecided } from "./guild-change";
import { guildMemberRoles, guildOverrides, guildRoles } from "./guild-schema";
import type { GuildRoleRow } from "./guild-state";

const ofRole = (change: DecidedChange, role: RoleId) =>
  and(eq(guildRoles.guild, change.guild), eq(guildRoles.id, role));

/** Adds a role as the lowest one above that of everyone. */
export async function insertRole(
  db: Database,
  change: DecidedChange,
  { id, name, color, low, high, mentionable, grouped }: Omit<GuildRoleRow, "guild" | "position">,
): Promise<boolean> {
  const { guild } = change;
  return await changeGuildRows(db, change, isAsDecided(change), "every_channel", (isAdmitted) => [
    db
      .update(guildRoles)
      .set({ position: sql`${guildRoles.position} + 1` })
      .where(and(eq(guildRoles.guild, guild), gte(guildRoles.position, 1), isAdmitted)),
    db
      .insert(guildRoles)
      .select(
        sql`SELECT ${guild}, ${id}, ${name}, ${color}, 1, ${low}, ${high}, ${mentionable ? 1 : 0}, ${grouped ? 1 : 0} WHERE ${isAdmitted}`,
      ),
  ]);
}

export async function updateRole(
  db: Database,
  change: DecidedChange,
  role: RoleId,
  values: Partial<Omit<GuildRoleRow, "guild" | "id" | "position">>,
): Promise<boolean> {
  // Channels find mentions by the name.
  const mirrored = [values.low, values.high, values.name, values.mentionable];
  const isMirrored = mirrored.some((value) => value !== undefined);
  const mirroredBy = isMirrored ? "every_channel" : "named_channels";
  return await changeGuildRows(db, change, isAsDecided(change), mirroredBy, (isAdmitted) =>
    Object.keys(values).length === 0
      ? []
      : [
          db
            .update(guildRoles)
            .set(values)
            .where(and(ofRole(change, role), isAdmitted)),
        ],
  );
}

/** Deletes a role, and takes it from its members and out of overrides. */
export async function deleteRole(
  db: Database,
  change: DecidedChange,
  { id, position }: Pick<GuildRoleRow, "id" | "position">,
): Promise<boolean> {
  const { guild } = change;
  return await changeGuildRows(db, change, isAsDecided(change), "every_channel", (isAdmitted) => [
    db.delete(guildRoles).where(and(ofRole(change, id), isAdmitted)),
    db
      .delete(guildMemberRoles)
      .where(and(eq(guildMemberRoles.guild, guild), eq(guildMemberRoles.role, id), isAdmitted)),
    db.delete(guildOverrides).where(and(eq(guildOverrides.guild, guild), eq(guildOverrides.target, id), isAdmitted)),
    db
      .update(guildRoles)
      .set({ position: sql`${guildRoles.position} - 1` })
      .where(and(eq(guildRoles.guild, guild), gt(guildRoles.position, position), isAdmitted)),
  ]);
}

/** Sets the order of the roles, the lowest first, without that of everyone. */
export async function orderRoles(db: Database, change: DecidedChange, order: readonly RoleId[]): Promise<boolean> {
  const { guild } = change;
  const place = sql`(SELECT ordered.key + 1 FROM json_each(${JSON.stringify(order)}) ordered WHERE ordered.value = ${guildRoles.id})`;
  return await changeGuildRows(db, change, isAsDecided(change), "every_channel", (isAdmitted) => [
    db
      .update(guildRoles)
      .set({ position: place })
      .where(and(eq(guildRoles.guild, guild), ne(guildRoles.id, everyoneOf(guild)), isAdmitted)),
  ]);
}

export async function giveRole(db: Database, change: DecidedChange, user: UserId, role: RoleId): Promise<boolean> {
  const whom = { ...change, subject: user };
  return await changeGuildRows(db, whom, isAsDecided(change), "every_channel", (isAdmitted) => [
    db
      .insert(guildMemberRoles)
      .select(sql`SELECT ${change.guild}, ${user}, ${role} WHERE ${isAdmitted}`)
      .onConflictDoNothing(),
  ]);
}

export async function takeRole(db: Database, change: DecidedChange, user: UserId, role: RoleId): Promise<boolean> {
  const ofMember = and(
    eq(guildMemberRoles.guild, change.guild),
    eq(guildMemberRoles.user, user),
    eq(guildMemberRoles.role, role),
  );
  const whom = { ...change, subject: user };
  return await changeGuildRows(db, whom, isAsDecided(change), "every_channel", (isAdmitted) => [
    db.delete(guildMemberRoles).where(and(ofMember, isAdmitted)),
  ]);
}
