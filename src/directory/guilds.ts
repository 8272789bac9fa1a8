// Guilds: creating, changing, deleting and erasing them.
import { and, asc, eq, gt, isNotNull, lte, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { guildPermissions } from "../domain/guild-mirror";
import { EffectivePermissions, type PermissionWords } from "../domain/permission-list";
import type { CategoryId, ChannelId, GuildId, GuildPermission, UserId } from "../protocol";
import type { Database } from "./database";
import { changeGuildRows, type DecidedChange, isAsDecided, raiseChannels } from "./guild-change";
import { hasGuildRoom } from "./guild-members";
import {
  guildAudit,
  guildBans,
  guildCategories,
  guildChannels,
  guildMemberRoles,
  guildMembers,
  guildOutbox,
  guildOverrides,
  guildPurges,
  guildRemovals,
  guildRoles,
  guilds,
  guildTimeOuts,
} from "./guild-schema";
import type { GuildCategoryRow, GuildChannelRow, GuildOverrideRow, GuildRoleRow, GuildRow } from "./guild-state";
import { FIRST_RETRY_MS } from "./retry-times";
import { reports } from "./safety-schema";
import { accounts, channelPreferences, channels, erasures, formerMemberships, invites } from "./schema";

/** A guild to create, unless one with the same identity exists, with everything in it. */
export interface GuildProposal {
  row: Omit<GuildRow, "revision" | "deleteAt">;
  roles: Omit<GuildRoleRow, "guild">[];
  categories: Omit<GuildCategoryRow, "guild">[];
  channels: (Omit<GuildChannelRow, "guild" | "confirmed" | "large" | "slowModeSeconds"> & { name: string })[];
  overrides: Omit<GuildOverrideRow, "guild">[];
}

/**
 * Creates a guild, unless its creator has one of the same identity or no room. Returns the id of
 * the guild with this identity; null if there is none.
 */
export async function createGuild(db: Database, proposal: GuildProposal): Promise<GuildId | null> {
  const { row, roles, categories, overrides } = proposal;
  const { id, identity, name, description, color, owner, welcomeChannel, region, createdAt: now } = row;
  const isCreated = sql`EXISTS (SELECT 1 FROM ${guilds} WHERE ${guilds.id} = ${id})`;
  const each = (rows: unknown[]) => sql`json_each(${JSON.stringify(rows)}) WHERE ${isCreated}`;
  const field = (key: string) => sql`value ->> ${sql.raw(`'${key}'`)}`;
  await db.batch([
    db
      .insert(guilds)
      .select(
        sql`SELECT ${id}, ${identity}, ${name}, ${description}, ${color}, ${owner}, ${welcomeChannel}, 1, NULL, ${now}, ${region}
              FROM ${accounts} WHERE ${accounts.id} = ${owner} AND ${accounts.erasedAt} IS NULL AND ${hasGuildRoom}`,
      )
      .onConflictDoNothing(),
    db.insert(guildMembers).select(sql`SELECT ${id}, ${owner}, ${now}, 1, ${owner} WHERE ${isCreated}`),
    db.insert(guildRoles).select(
      sql`SELECT ${id}, ${field("id")}, ${field("name")}, ${field("color")}, ${field("position")}, ${field("low")},
            ${field("high")}, ${field("mentionable")}, ${field("grouped")} FROM ${each(roles)}`,
    ),
    db
      .insert(guildCategories)
      .select(sql`SELECT ${id}, ${field("id")}, ${field("name")}, ${field("position")} FROM ${each(categories)}`),
    db.insert(channels).select(
      sql`SELECT ${field("channel")}, 'guild', ${id} || ' ' || (${field("channel")}), ${field("name")}, '', 'all', 1, 1,
            ${owner}, ${now} FROM ${each(proposal.channels)}`,
    ),
    db.insert(guildChannels).select(
      sql`SELECT ${field("channel")}, ${id}, ${field("category")}, ${field("position")}, ${field("type")}, 0, 0, 0
            FROM ${each(proposal.channels)}`,
    ),
    db.insert(guildOverrides).select(
      sql`SELECT ${id}, ${field("place")}, ${field("target")}, ${field("of")}, ${field("allowLow")}, ${field("allowHigh")},
            ${field("denyLow")}, ${field("denyHigh")} FROM ${each(overrides)}`,
    ),
    db.insert(guildOutbox).select(sql`SELECT ${id}, 1, 1, ${now + FIRST_RETRY_MS}, 0, '', 0 WHERE ${isCreated}`),
  ]);
  const found = await db.select({ id: guilds.id }).from(guilds).where(eq(guilds.identity, identity)).limit(1);
  return found[0]?.id ?? null;
}

/** Returns the guilds of a person, oldest membership first. At most `guildsPerAccount`. */
export async function listGuilds(db: Database, user: UserId): Promise<GuildRow[]> {
  const rows = await db
    .select({ guild: guilds })
    .from(guildMembers)
    .innerJoin(guilds, eq(guilds.id, guildMembers.guild))
    .where(eq(guildMembers.user, user))
    .orderBy(asc(guildMembers.joinedAt), asc(guilds.id));
  return rows.map(({ guild }) => guild);
}

/**
 * Returns the guilds of a person with what is stored of the person there, for the export: roles,
 * and overrides of the person. `visible` are the channels that the person may see; the place of an
 * override elsewhere is null.
 */
export async function storedGuilds(
  db: Database,
  user: UserId,
  visible: readonly { channel: ChannelId; category: CategoryId | null }[],
) {
  const shown = new Set(visible.flatMap(({ channel, category }) => [channel, category]));
  const ofUser = eq(guildMembers.user, user);
  const [rows, roles, overrides] = await db.batch([
    db
      .select({ guild: guilds, joinedAt: guildMembers.joinedAt, addedBy: guildMembers.addedBy })
      .from(guildMembers)
      .innerJoin(guilds, eq(guilds.id, guildMembers.guild))
      .where(ofUser),
    db
      .select({ guild: guildRoles.guild, id: guildRoles.id, name: guildRoles.name })
      .from(guildMembers)
      .innerJoin(
        guildMemberRoles,
        and(eq(guildMemberRoles.guild, guildMembers.guild), eq(guildMemberRoles.user, guildMembers.user)),
      )
      .innerJoin(guildRoles, and(eq(guildRoles.guild, guildMembers.guild), eq(guildRoles.id, guildMemberRoles.role)))
      .where(ofUser),
    db
      .select({ override: guildOverrides })
      .from(guildMembers)
      .innerJoin(guildOverrides, and(eq(guildOverrides.guild, guildMembers.guild), eq(guildOverrides.target, user)))
      .where(ofUser),
  ]);
  return rows.map(({ guild, joinedAt, addedBy }) => {
    const { id, name, description, color, owner, createdAt, deleteAt } = guild;
    const own = roles
      .filter((role) => role.guild === id)
      .map(({ id: role, name: called }) => ({ id: role, name: called }));
    const ofMe = overrides
      .filter(({ override }) => override.guild === id)
      .map(({ override: { place, allowLow, allowHigh, denyLow, denyHigh } }) => ({
        place: shown.has(place) ? place : null,
        allow: namesIn({ low: allowLow, high: allowHigh }),
        deny: namesIn({ low: denyLow, high: denyHigh }),
      }));
    const stored = { joinedAt, addedBy, roles: own, overrides: ofMe };
    return { ...{ id, name, description, color, owner, createdAt, deleteAt }, ...stored };
  });
}

/** Returns the guilds that a person was removed from and has not entered again, for the export. */
export async function storedRemovals(db: Database, user: UserId): Promise<{ guild: GuildId; at: number }[]> {
  return await db
    .select({ guild: guildRemovals.guild, at: guildRemovals.at })
    .from(guildRemovals)
    .where(eq(guildRemovals.user, user));
}

const namesIn = (words: PermissionWords): GuildPermission[] =>
  new EffectivePermissions(guildPermissions, words).names();

/**
 * Changes the row of a guild. A change of the welcome channel reaches the channels, which decide by
 * it whether their log has an entry for everyone who joins.
 */
export async function updateGuild(
  db: Database,
  change: DecidedChange,
  values: Partial<Pick<GuildRow, "name" | "description" | "color" | "welcomeChannel" | "deleteAt">>,
): Promise<boolean> {
  const mirroredBy = values.welcomeChannel === undefined ? "named_channels" : "every_channel";
  return await changeGuildRows(db, change, isAsDecided(change), mirroredBy, (isAdmitted) =>
    Object.keys(values).length === 0
      ? []
      : [
          db
            .update(guilds)
            .set(values)
            .where(and(eq(guilds.id, change.guild), isAdmitted)),
        ],
  );
}

/** Returns the guilds after `after`, by id, whose time to be erased has come. */
export async function dueDeletions(db: Database, now: number, limit: number, after: string): Promise<GuildId[]> {
  const rows = await db
    .select({ id: guilds.id })
    .from(guilds)
    .where(and(isNotNull(guilds.deleteAt), lte(guilds.deleteAt, now), gt(guilds.id, after)))
    .orderBy(asc(guilds.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/**
 * Deletes everything that the directory holds of a guild whose time has come, and adds the steps
 * that erase its channels. A guild whose deletion was cancelled stays as it is. May be repeated.
 */
export async function eraseGuildRows(db: Database, guild: GuildId, now: number): Promise<void> {
  const isDue = sql`EXISTS (SELECT 1 FROM ${guilds} WHERE ${guilds.id} = ${guild} AND ${guilds.deleteAt} <= ${now})`;
  const ofGuild = sql`(SELECT ${guildChannels.channel} FROM ${guildChannels} WHERE ${guildChannels.guild} = ${guild})`;
  const owned = [
    guildMemberRoles,
    guildRoles,
    guildCategories,
    guildOverrides,
    guildMembers,
    guildOutbox,
    guildAudit,
    guildBans,
    guildPurges,
    guildTimeOuts,
    guildRemovals,
    guildChannels,
    reports,
  ];
  await db.batch([
    ...endChannels(db, sql`IN ${ofGuild} AND ${isDue}`, "", now),
    db.delete(invites).where(sql`${invites.targetKind} = 'guild' AND ${invites.target} = ${guild} AND ${isDue}`),
    ...owned.map((table) => db.delete(table).where(sql`${table.guild} = ${guild} AND ${isDue}`)),
    db.delete(guilds).where(sql`${guilds.id} = ${guild} AND ${guilds.deleteAt} <= ${now}`),
  ]);
}

/** The revision of the guild of the channel in the row of `channels`. */
const revisionOfGuild = sql`SELECT g.revision FROM ${guilds} g JOIN ${guildChannels} c ON c.guild = g.id WHERE c.channel = ${channels.id}`;

/**
 * Returns the statements that end channels: no person keeps a setting of them, their rows lose
 * their names, and the steps are added that erase their objects and archives. `matches` follows the
 * id of a channel.
 */
export function endChannels(db: Database, matches: SQL, actor: UserId | "", now: number) {
  const isEnded = sql`${channels.id} ${matches}`;
  const statements: [BatchItem<"sqlite">, ...BatchItem<"sqlite">[]] = [
    db
      .insert(erasures)
      .select(sql`SELECT '', ${channels.id}, 0, ${now}, 0 FROM ${channels} WHERE ${isEnded}`)
      .onConflictDoNothing(),
    db.delete(formerMemberships).where(sql`${formerMemberships.channel} ${matches}`),
    db.delete(channelPreferences).where(sql`${channelPreferences.channel} ${matches}`),
    // Without its guild, a channel has only its own revision, which must be the highest it had.
    db
      .update(channels)
      .set({ name: "", topic: "", revision: sql`${channels.revision} + (${revisionOfGuild})` })
      .where(isEnded),
    ...raiseChannels(db, isEnded, actor, now),
  ];
  return statements;
}
