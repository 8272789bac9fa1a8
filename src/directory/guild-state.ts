// What a decision about a guild depends on: its row, its roles and some members, at one revision.
import { and, asc, eq, inArray, sql } from "drizzle-orm";
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
import { endOfTimeOut } from "./guild-time-outs";

export type GuildRow = typeof guilds.$inferSelect;
export type GuildRoleRow = typeof guildRoles.$inferSelect;
export type GuildCategoryRow = typeof guildCategories.$inferSelect;
export type GuildChannelRow = typeof guildChannels.$inferSelect;
export type GuildOverrideRow = typeof guildOverrides.$inferSelect;

/** A member of a guild with their roles, without that of everyone. */
export interface GuildMemberState extends PermissionMember {
  joinedAt: number;
  /** When their time-out ends; null without one. Epoch milliseconds. */
  timedOutUntil: number | null;
}

export interface GuildState extends GuildHierarchy {
  row: GuildRow;
  /** The lowest first. */
  roleRows: readonly GuildRoleRow[];
  /**
   * Those of the people who were asked for who are members. Bound: `overridesPerChannel` members
   * with at most `guildRoles` roles, for one request.
   */
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

/** Returns a guild with those of these people who are members; null if it does not exist. */
export async function loadGuild(db: Database, guild: GuildId, people: readonly UserId[]): Promise<GuildState | null> {
  const [rows, roleRows, members] = await db.batch([
    db.select().from(guilds).where(eq(guilds.id, guild)).limit(1),
    db.select().from(guildRoles).where(eq(guildRoles.guild, guild)).orderBy(asc(guildRoles.position)),
    selectStates(db, guild, people),
  ]);
  const row = rows[0];
  if (!row) return null;
  const states = new Map(members.map((member) => [member.user, memberState(member)]));
  return { guild, owner: row.owner, roles: rolesIn(roleRows), row, roleRows, members: states };
}

/** Returns those of these people who are members of a guild. */
export async function loadMemberStates(
  db: Database,
  guild: GuildId,
  people: readonly UserId[],
): Promise<Map<UserId, GuildMemberState>> {
  return new Map((await selectStates(db, guild, people)).map((member) => [member.user, memberState(member)]));
}

/** Selects those of these people who are members of a guild, with their roles. */
export const selectStates = (db: Database, guild: GuildId, people: readonly UserId[]) =>
  db
    .select({
      user: guildMembers.user,
      joinedAt: guildMembers.joinedAt,
      roles: joinedRoles,
      timedOutUntil: endOfTimeOut,
    })
    .from(guildMembers)
    .where(
      and(
        eq(guildMembers.guild, guild),
        inArray(guildMembers.user, sql`(SELECT value FROM json_each(${JSON.stringify(people)}))`),
      ),
    );

const ofMember = sql`SELECT group_concat(role, ' ') FROM (SELECT own.role FROM ${guildMemberRoles} own
  WHERE own.guild = ${guildMembers.guild} AND own.user = ${guildMembers.user} ORDER BY own.role)`;

/**
 * The roles of the member in the row of `guild_members`, joined by blanks; null for none. The
 * brackets keep the names of tables, which a plain selection would leave out.
 */
export const joinedRoles = sql<string | null>`(${ofMember})`;

/** Returns the roles in a column of `joinedRoles`. */
export const rolesInColumn = (joined: string | null): RoleId[] => joined?.split(" ") ?? [];

const memberState = ({
  user,
  joinedAt,
  roles,
  timedOutUntil,
}: Awaited<ReturnType<typeof selectStates>>[number]): GuildMemberState => ({
  ...guildMember(user, rolesInColumn(roles), timedOutUntil !== null),
  ...{ joinedAt, timedOutUntil },
});

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
