// Changes of a guild's channels, categories and overrides. Each is made only if the guild is still
// as it was when the change was decided, and returns whether it was made.
import { and, eq, gte, ne, type SQL, sql } from "drizzle-orm";
import type { PermissionOverride } from "../domain/permission";
import type { CategoryId, ChannelId } from "../protocol";
import type { Database } from "./database";
import { changeGuildRows, type DecidedChange, isAsDecided, raiseChannel } from "./guild-change";
import { dropPurges } from "./guild-purges";
import { guildCategories, guildChannels, guildOverrides, guilds } from "./guild-schema";
import type { GuildCategoryRow, GuildChannelRow, GuildOverrideRow } from "./guild-state";
import { endChannels } from "./guilds";
import { outboxRow } from "./roster-change";
import { channels, rosterOutbox } from "./schema";

/** The tables of what has a place in a guild, and their ids. */
const categoryPlaces = { table: guildCategories, id: guildCategories.id } as const;
const channelPlaces = { table: guildChannels, id: guildChannels.channel } as const;
type Places = typeof categoryPlaces | typeof channelPlaces;

/** Moves everything from a place on one down. */
const shift = (db: Database, { table }: Places, { guild }: DecidedChange, from: number, isAdmitted: SQL) =>
  db
    .update(table)
    .set({ position: sql`${table.position} + 1` })
    .where(and(eq(table.guild, guild), gte(table.position, from), isAdmitted));

/**
 * Numbers the places again without gaps, so that no place grows beyond their number, however often
 * something moves.
 */
function closeGaps(db: Database, { table, id }: Places, { guild }: DecidedChange, isAdmitted: SQL) {
  const ranked = db
    .select({ id, place: sql<number>`row_number() OVER (ORDER BY ${table.position}, ${id}) - 1`.as("place") })
    .from(table)
    .where(eq(table.guild, guild))
    .as("ranked");
  return db
    .update(table)
    .set({ position: sql`${ranked.place}` })
    .from(ranked)
    .where(and(eq(table.guild, guild), eq(id, ranked.id), ne(table.position, ranked.place), isAdmitted));
}

const ofCategory = ({ guild }: DecidedChange, category: CategoryId) =>
  and(eq(guildCategories.guild, guild), eq(guildCategories.id, category));

export async function insertCategory(
  db: Database,
  change: DecidedChange,
  { id, name, position }: Omit<GuildCategoryRow, "guild">,
): Promise<boolean> {
  return await changeGuildRows(db, change, isAsDecided(change), "named_channels", (isAdmitted) => [
    shift(db, categoryPlaces, change, position, isAdmitted),
    db.insert(guildCategories).select(sql`SELECT ${change.guild}, ${id}, ${name}, ${position} WHERE ${isAdmitted}`),
    closeGaps(db, categoryPlaces, change, isAdmitted),
  ]);
}

export async function updateCategory(
  db: Database,
  change: DecidedChange,
  category: CategoryId,
  { name, position }: { name?: string | undefined; position?: number | undefined },
): Promise<boolean> {
  return await changeGuildRows(db, change, isAsDecided(change), "named_channels", (isAdmitted) => [
    ...(position === undefined ? [] : [shift(db, categoryPlaces, change, position, isAdmitted)]),
    db
      .update(guildCategories)
      .set({ name: name ?? sql`${guildCategories.name}`, position: position ?? sql`${guildCategories.position}` })
      .where(and(ofCategory(change, category), isAdmitted)),
    ...(position === undefined ? [] : [closeGaps(db, categoryPlaces, change, isAdmitted)]),
  ]);
}

/** Deletes a category. Its channels stay, above all categories, with their overrides. */
export async function deleteCategory(db: Database, change: DecidedChange, category: CategoryId): Promise<boolean> {
  const { guild } = change;
  return await changeGuildRows(db, change, isAsDecided(change), "named_channels", (isAdmitted) => [
    db.delete(guildCategories).where(and(ofCategory(change, category), isAdmitted)),
    db
      .delete(guildOverrides)
      .where(and(eq(guildOverrides.guild, guild), eq(guildOverrides.place, category), isAdmitted)),
    db
      .update(guildChannels)
      .set({ category: null })
      .where(and(eq(guildChannels.guild, guild), eq(guildChannels.category, category), isAdmitted)),
  ]);
}

/** A channel to create. `identity` makes a repeat the same channel. */
export type GuildChannelProposal = Omit<GuildChannelRow, "guild" | "confirmed" | "large" | "slowModeSeconds"> & {
  name: string;
  topic: string;
  identity: string;
  overrides: readonly PermissionOverride[];
};

export async function insertChannel(
  db: Database,
  change: DecidedChange,
  { channel, name, topic, identity, category, position, type, overrides }: GuildChannelProposal,
): Promise<boolean> {
  const { guild, actor, now } = change;
  const isNew = sql`${isAsDecided(change)} AND NOT EXISTS (SELECT 1 FROM ${channels} WHERE ${channels.identity} = ${identity})`;
  return await changeGuildRows(db, change, isNew, "named_channels", (isAdmitted) => [
    shift(db, channelPlaces, change, position, isAdmitted),
    db
      .insert(channels)
      .select(
        sql`SELECT ${channel}, 'guild', ${identity}, ${name}, ${topic}, 'all', 1, 1, ${actor}, ${now} WHERE ${isAdmitted}`,
      ),
    db
      .insert(guildChannels)
      .select(sql`SELECT ${channel}, ${guild}, ${category}, ${position}, ${type}, 0, 0, 0 WHERE ${isAdmitted}`),
    closeGaps(db, channelPlaces, change, isAdmitted),
    ...insertOverrides(db, change, channel, overrides, isAdmitted),
    db
      .insert(rosterOutbox)
      .select(
        sql`SELECT ${outboxRow({ actor, subject: "", now })} FROM ${channels} WHERE ${channels.id} = ${channel} AND ${isAdmitted}`,
      ),
  ]);
}

/** Changes a channel. The channel itself mirrors its name, topic, type and slow mode. */
export async function updateChannel(
  db: Database,
  change: DecidedChange,
  channel: ChannelId,
  values: Partial<
    Pick<GuildChannelRow, "category" | "position" | "type" | "slowModeSeconds"> & { name: string; topic: string }
  >,
): Promise<boolean> {
  const { name, topic, ...own } = values;
  const isMirrored = [name, topic, own.type, own.slowModeSeconds].some((value) => value !== undefined);
  return await changeGuildRows(db, change, isAsDecided(change), "named_channels", (isAdmitted) => [
    ...(own.position === undefined ? [] : [shift(db, channelPlaces, change, own.position, isAdmitted)]),
    ...(Object.keys(own).length === 0
      ? []
      : [
          db
            .update(guildChannels)
            .set(own)
            .where(and(eq(guildChannels.channel, channel), eq(guildChannels.guild, change.guild), isAdmitted)),
        ]),
    ...(own.position === undefined ? [] : [closeGaps(db, channelPlaces, change, isAdmitted)]),
    ...(isMirrored
      ? [
          db
            .update(channels)
            .set({ name: name ?? sql`${channels.name}`, topic: topic ?? sql`${channels.topic}` })
            .where(and(eq(channels.id, channel), isAdmitted)),
          ...raiseChannel(db, channel, change, isAdmitted),
        ]
      : []),
  ]);
}

/** Deletes a channel, and adds the step that erases its object and its archive. */
export async function deleteChannel(db: Database, change: DecidedChange, channel: ChannelId): Promise<boolean> {
  const { guild, actor, now } = change;
  return await changeGuildRows(db, change, isAsDecided(change), "named_channels", (isAdmitted) => [
    ...endChannels(db, sql`= ${channel} AND ${isAdmitted}`, actor, now),
    dropPurges(db, channel, isAdmitted),
    db
      .delete(guildOverrides)
      .where(and(eq(guildOverrides.guild, guild), eq(guildOverrides.place, channel), isAdmitted)),
    db.delete(guildChannels).where(and(eq(guildChannels.channel, channel), eq(guildChannels.guild, guild), isAdmitted)),
    db
      .update(guilds)
      .set({ welcomeChannel: null })
      .where(and(eq(guilds.id, guild), eq(guilds.welcomeChannel, channel), isAdmitted)),
  ]);
}

/**
 * Replaces overrides of a channel or a category: those of `targets`, or all of them with null, by
 * `overrides`.
 */
export async function replaceOverrides(
  db: Database,
  change: DecidedChange,
  place: { channel: ChannelId } | { category: CategoryId },
  targets: readonly string[] | null,
  overrides: readonly PermissionOverride[],
): Promise<boolean> {
  const id = "channel" in place ? place.channel : place.category;
  const which =
    targets === null
      ? undefined
      : sql`${guildOverrides.target} IN (SELECT value FROM json_each(${JSON.stringify(targets)}))`;
  return await changeGuildRows(db, change, isAsDecided(change), "named_channels", (isAdmitted) => [
    db
      .delete(guildOverrides)
      .where(and(eq(guildOverrides.guild, change.guild), eq(guildOverrides.place, id), which, isAdmitted)),
    ...insertOverrides(db, change, id, overrides, isAdmitted),
    ...("channel" in place ? raiseChannel(db, place.channel, change, isAdmitted) : []),
  ]);
}

function insertOverrides(
  db: Database,
  { guild }: DecidedChange,
  place: string,
  overrides: readonly PermissionOverride[],
  isAdmitted: SQL,
) {
  if (overrides.length === 0) return [];
  const rows = overrides.map(
    ({ of, id, allow, deny }): Omit<GuildOverrideRow, "guild" | "place"> => ({
      ...{ of, target: id },
      ...{ allowLow: allow.low, allowHigh: allow.high, denyLow: deny.low, denyHigh: deny.high },
    }),
  );
  return [
    db.insert(guildOverrides).select(
      sql`SELECT ${guild}, ${place}, value ->> 'target', value ->> 'of', value ->> 'allowLow', value ->> 'allowHigh',
            value ->> 'denyLow', value ->> 'denyHigh' FROM json_each(${JSON.stringify(rows)}) WHERE ${isAdmitted}`,
    ),
  ];
}
