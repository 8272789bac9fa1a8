// What a decision about a guild depends on: its row, its roles and its members, at one revision.
import { and, asc, eq } from "drizzle-orm";
import { type GuildHierarchy, guildMember } from "../domain/guild-mirror";
import type { PermissionMember, PermissionOverride } from "../domain/permission";
import type { PermissionWords } from "../domain/permission-list";
import type { ChannelId, GuildId, RoleId, UserId } from "../protocol";
import type { Database } from "./database";
import {
  guildCategories,
  guildChannels,
  guildMemberRoles,
  guildMembers,
  guildOverrides,
  guildRoles,
  guilds,
} from "./guild-schema";

export type GuildRow = typeof guilds.$inferSelect;
export type GuildRoleRow = typeof guildRoles.$inferSelect;
export type GuildCategoryRow = typeof guildCategories.$inferSelect;
export type GuildChannelRow = typeof guildChannels.$inferSelect;
export type GuildOverrideRow = typeof guildOverrides.$inferSelect;

/** A member of a guild with their roles, without that of everyone. */
export interface GuildMemberState extends PermissionMember {
  joinedAt: number;
}

export interface GuildState extends GuildHierarchy {
  row: GuildRow;
  /** The lowest first. */
  roleRows: readonly GuildRoleRow[];
  /** Bound: `guildMembers` members with at most `guildRoles` roles, for one request. */
  members: ReadonlyMap<UserId, GuildMemberState>;
}

export const wordsOf = ({ low, high }: GuildRoleRow): PermissionWords => ({ low, high });

export const roleIn = (role: GuildRoleRow): GuildHierarchy["roles"][number] => ({
  ...{ id: role.id, position: role.position },
  permissions: wordsOf(role),
});

export const rolesIn = (rows: readonly GuildRoleRow[]): GuildHierarchy["roles"] => rows.map(roleIn);

export const overrideOf = ({ of, target, ...words }: GuildOverrideRow): PermissionOverride => ({
  of,
  id: target,
  allow: { low: words.allowLow, high: words.allowHigh },
  deny: { low: words.denyLow, high: words.denyHigh },
});

/** Returns the state of a guild; null if it does not exist. */
export async function loadGuild(db: Database, guild: GuildId): Promise<GuildState | null> {
  const [rows, roleRows, members, memberRoles] = await db.batch([
    db.select().from(guilds).where(eq(guilds.id, guild)).limit(1),
    db.select().from(guildRoles).where(eq(guildRoles.guild, guild)).orderBy(asc(guildRoles.position)),
    db.select().from(guildMembers).where(eq(guildMembers.guild, guild)),
    db.select().from(guildMemberRoles).where(eq(guildMemberRoles.guild, guild)),
  ]);
  const row = rows[0];
  if (!row) return null;
  const rolesOf = rolesByUser(memberRoles);
  const states = members.map(({ user, joinedAt }): [UserId, GuildMemberState] => [
    user,
    { ...guildMember(user, rolesOf(user)), joinedAt },
  ]);
  return { guild, owner: row.owner, roles: rolesIn(roleRows), row, roleRows, members: new Map(states) };
}

/** Returns a function that returns the roles of a member. */
export function rolesByUser(rows: readonly { user: UserId; role: RoleId }[]): (user: UserId) => RoleId[] {
  const byUser = Map.groupBy(rows, ({ user }) => user);
  return (user) => (byUser.get(user) ?? []).map(({ role }) => role).sort();
}

/** Returns the overrides of a channel or a category. */
export const loadOverrides = (db: Database, guild: GuildId, place: string) =>
  db
    .select()
    .from(guildOverrides)
    .where(and(eq(guildOverrides.guild, guild), eq(guildOverrides.place, place)))
    .orderBy(asc(guildOverrides.target));

/** Returns the overrides of all channels and categories of a guild. */
export const loadAllOverrides = (db: Database, guild: GuildId) =>
  db.select().from(guildOverrides).where(eq(guildOverrides.guild, guild));

/** Returns the categories and the channels of a guild, both in their order. */
export async function loadPlaces(
  db: Database,
  guild: GuildId,
): Promise<{ categories: GuildCategoryRow[]; channels: GuildChannelRow[] }> {
  const [categories, channels] = await db.batch([
    db
      .select()
      .from(guildCategories)
      .where(eq(guildCategories.guild, guild))
      .orderBy(asc(guildCategories.position), asc(guildCategories.id)),
    db
      .select()
      .from(guildChannels)
      .where(eq(guildChannels.guild, guild))
      .orderBy(asc(guildChannels.position), asc(guildChannels.channel)),
  ]);
  return { categories, channels };
}

/** Returns the welcome channel of a guild; null if it has none. */
export async function findWelcome(db: Database, guild: GuildId): Promise<ChannelId | null> {
  const rows = await db.select({ channel: guilds.welcomeChannel }).from(guilds).where(eq(guilds.id, guild)).limit(1);
  return rows[0]?.channel ?? null;
}

/** Returns the guild of a channel; null if the channel belongs to none. */
export async function guildOf(db: Database, channel: ChannelId): Promise<GuildId | null> {
  const rows = await db
    .select({ guild: guildChannels.guild })
    .from(guildChannels)
    .where(eq(guildChannels.channel, channel))
    .limit(1);
  return rows[0]?.guild ?? null;
}
