// Which channels of guilds a person may see, and what they may do there. Reads the roles of the
// person and what overrides say of them, and resolves them by `domain/permission.ts`.
import { and, asc, eq, or, type SQL, sql } from "drizzle-orm";
import { channelRoleOf, type GuildHierarchy, guildMember, rulesOfChannel, sendWords } from "../domain/guild-mirror";
import { resolvePermissions } from "../domain/permission";
import { type EffectivePermissions, includes } from "../domain/permission-list";
import type { ChannelId, GuildId, GuildPermission, Role, UserId } from "../protocol";
import type { Database } from "./database";
import {
  guildChannels,
  guildMemberRoles,
  guildMembers,
  guildOverrides,
  guildRoles,
  guilds,
  guildTimeOuts,
} from "./guild-schema";
import { type GuildChannelRow, overrideOf, rolesIn } from "./guild-state";
import { isTimedOut } from "./guild-time-outs";
import { channels } from "./schema";

/** A channel of a guild that a person may see. */
export interface VisibleChannel extends GuildChannelRow {
  name: string;
  topic: string;
  permissions: EffectivePermissions<GuildPermission>;
  /** When the person joined the guild. Epoch milliseconds. */
  joinedAt: number;
  /** The role that clients of channels know. */
  role: Role;
  /** Whether an override denies everyone `send`. */
  isLocked: boolean;
}

/** How many guilds one batch reads the channels of: at most 5,000 channels. */
const GUILDS_PER_BATCH = 10;

/** Returns the channels that a person may see, of one guild or of all of them, in their order. */
export async function visibleChannels(
  db: Database,
  user: UserId,
  of: { guild: GuildId } | { channel: ChannelId } | "all",
): Promise<VisibleChannel[]> {
  if (of !== "all") return await visibleIn(db, user, of);
  const own = await guildsOf(db, user);
  const found: VisibleChannel[] = [];
  for (let at = 0; at < own.length; at += GUILDS_PER_BATCH)
    found.push(...(await visibleIn(db, user, { guilds: own.slice(at, at + GUILDS_PER_BATCH) })));
  return found;
}

type GuildSelection = { guild: GuildId } | { guilds: readonly GuildId[] } | { channel: ChannelId };

async function visibleIn(db: Database, user: UserId, of: GuildSelection): Promise<VisibleChannel[]> {
  const mine = db
    .select({ guild: guildMembers.guild })
    .from(guildMembers)
    .where(and(eq(guildMembers.user, user), whichGuild(of)));
  const isMine = (guild: SQL) => sql`${guild} IN ${mine}`;
  const ofMe = and(eq(guildMemberRoles.user, user), isMine(sql`${guildMemberRoles.guild}`));
  const isOwnRole = sql`EXISTS (SELECT 1 FROM ${guildMemberRoles} own WHERE own.guild = ${guildRoles.guild}
    AND own.user = ${user} AND own.role = ${guildRoles.id})`;
  const isOfOwnRole = sql`EXISTS (SELECT 1 FROM ${guildMemberRoles} own WHERE own.guild = ${guildOverrides.guild}
    AND own.user = ${user} AND own.role = ${guildOverrides.target})`;
  const isOfEveryone = sql`${guildOverrides.target} = 'r_' || substr(${guildOverrides.guild}, 3)`;
  const whichChannel = "channel" in of ? eq(guildChannels.channel, of.channel) : undefined;
  const whichPlace = "channel" in of ? eq(guildOverrides.place, of.channel) : undefined;
  const [guildRows, roleRows, memberRoles, channelRows, overrideRows] = await db.batch([
    db
      .select({
        ...{ id: guilds.id, owner: guilds.owner, joinedAt: guildMembers.joinedAt },
        isTimedOut: sql<boolean>`coalesce(${isTimedOut}, 0)`.mapWith(Boolean),
      })
      .from(guildMembers)
      .innerJoin(guilds, eq(guilds.id, guildMembers.guild))
      .leftJoin(guildTimeOuts, and(eq(guildTimeOuts.guild, guilds.id), eq(guildTimeOuts.user, user)))
      .where(and(eq(guildMembers.user, user), whichGuild(of))),
    db
      .select()
      .from(guildRoles)
      .where(and(isMine(sql`${guildRoles.guild}`), or(eq(guildRoles.position, 0), isOwnRole))),
    db.select().from(guildMemberRoles).where(ofMe),
    db
      .select({ row: guildChannels, name: channels.name, topic: channels.topic })
      .from(guildChannels)
      .innerJoin(channels, eq(channels.id, guildChannels.channel))
      .where(and(isMine(sql`${guildChannels.guild}`), whichChannel))
      .orderBy(asc(guildChannels.guild), asc(guildChannels.position), asc(guildChannels.channel)),
    db
      .select()
      .from(guildOverrides)
      .where(
        and(
          isMine(sql`${guildOverrides.guild}`),
          whichPlace,
          or(eq(guildOverrides.target, user), isOfEveryone, isOfOwnRole),
        ),
      ),
  ]);
  const found = new Map(guildRows.map((row) => [row.id, row]));
  const rolesOf = Map.groupBy(roleRows, ({ guild }) => guild);
  const ownRolesOf = Map.groupBy(memberRoles, ({ guild }) => guild);
  const overridesOf = Map.groupBy(overrideRows, ({ place }) => place);
  return channelRows.flatMap(({ row, name, topic }): VisibleChannel[] => {
    const guild = found.get(row.guild);
    if (!guild) return [];
    const hierarchy: GuildHierarchy = {
      guild: guild.id,
      owner: guild.owner,
      roles: rolesIn(rolesOf.get(guild.id) ?? []),
    };
    const overrides = (overridesOf.get(row.channel) ?? []).map(overrideOf);
    const rules = rulesOfChannel({ ...hierarchy, type: row.type, overrides });
    const me = guildMember(
      user,
      (ownRolesOf.get(guild.id) ?? []).map(({ role }) => role),
      guild.isTimedOut,
    );
    const permissions = resolvePermissions(rules, me);
    if (!permissions.has("view")) return [];
    const isLocked = overrides.some((override) => override.id === rules.everyone && includes(override.deny, sendWords));
    const role = channelRoleOf(rules, me);
    return [{ ...row, name, topic, permissions, joinedAt: guild.joinedAt, role, isLocked }];
  });
}

function whichGuild(of: GuildSelection): SQL {
  if ("guild" in of) return eq(guildMembers.guild, of.guild);
  if ("guilds" in of) return sql`${guildMembers.guild} IN (SELECT value FROM json_each(${JSON.stringify(of.guilds)}))`;
  return sql`${guildMembers.guild} IN (SELECT ${guildChannels.guild} FROM ${guildChannels} WHERE ${guildChannels.channel} = ${of.channel})`;
}

/** Two people are members of one guild, for a condition. `theirs` is a column or a value. */
export const sharesGuild = (mine: UserId, theirs: SQL): SQL => sql`EXISTS (SELECT 1 FROM ${guildMembers} my_guild
  JOIN ${guildMembers} their_guild ON their_guild.guild = my_guild.guild
  WHERE my_guild.user = ${mine} AND their_guild.user = ${theirs})`;

/** Returns the ids of all channels of a person's guilds, as an SQL subquery. */
export const channelsOfGuilds = (user: UserId): SQL => sql`SELECT guild_of.channel FROM ${guildMembers} joined_guild
  JOIN ${guildChannels} guild_of ON guild_of.guild = joined_guild.guild WHERE joined_guild.user = ${user}`;

/** A person is a member of the guild of a channel. `user` is a column or a value. */
export const isInGuildOf = (channel: ChannelId, user: SQL): SQL => sql`EXISTS (SELECT 1 FROM ${guildChannels} guild_of
  JOIN ${guildMembers} m ON m.guild = guild_of.guild WHERE guild_of.channel = ${channel} AND m.user = ${user})`;

/** Returns the channel of a guild that was created with an identity; null if there is none. */
export async function findChannelByIdentity(db: Database, guild: GuildId, identity: string): Promise<ChannelId | null> {
  const rows = await db
    .select({ channel: guildChannels.channel })
    .from(guildChannels)
    .innerJoin(channels, eq(channels.id, guildChannels.channel))
    .where(and(eq(guildChannels.guild, guild), eq(channels.identity, identity)))
    .limit(1);
  return rows[0]?.channel ?? null;
}

/** Returns the name and the topic of a channel; nothing if it does not exist. */
export async function channelTexts(db: Database, channel: ChannelId): Promise<{ name?: string; topic?: string }> {
  const rows = await db
    .select({ name: channels.name, topic: channels.topic })
    .from(channels)
    .where(eq(channels.id, channel))
    .limit(1);
  return rows[0] ?? {};
}

/** Returns the guilds of a person. */
export async function guildsOf(db: Database, user: UserId): Promise<GuildId[]> {
  const rows = await db
    .select({ guild: guildMembers.guild })
    .from(guildMembers)
    .where(eq(guildMembers.user, user))
    .orderBy(asc(guildMembers.guild));
  return rows.map(({ guild }) => guild);
}
