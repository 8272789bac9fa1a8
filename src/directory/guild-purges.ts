// Deletes what a banned person wrote lately, channel by channel. The batch of the ban lists the
// channels; its request and the cron work through the list, and every step may be repeated. A
// channel comes after it has removed the person, so that nothing is written meanwhile.
import { and, asc, eq, lte, type SQL, sql } from "drizzle-orm";
import type { ChannelId, GuildId, UserId } from "../protocol";
import type { Database } from "./database";
import type { DecidedChange } from "./guild-change";
import { isBehind } from "./guild-outbox";
import { guildChannels, guildPurges } from "./guild-schema";
import { afterFailure } from "./retry-times";

/** One step: a channel in which messages of an author are to be deleted. */
export type GuildPurge = typeof guildPurges.$inferSelect;

/** Adds a step for each channel of the guild, or begins again, under the condition of the batch. */
export const beginPurges = (
  db: Database,
  { guild, actor, now }: DecidedChange,
  { author, since }: { author: UserId; since: number },
  isAdmitted: SQL,
) =>
  db
    .insert(guildPurges)
    .select(
      sql`SELECT ${guild}, ${guildChannels.channel}, ${author}, ${actor}, ${since}, 0, 0, ${now}, 0
            FROM ${guildChannels} WHERE ${guildChannels.guild} = ${guild} AND ${isAdmitted}`,
    )
    .onConflictDoUpdate({
      target: [guildPurges.channel, guildPurges.author],
      set: { actor, since: sql`min(${guildPurges.since}, ${since})`, after: 0, through: 0 },
    });

/** Drops the steps of a channel that ends, under the condition of the batch. */
export const dropPurges = (db: Database, channel: ChannelId, isAdmitted: SQL) =>
  db.delete(guildPurges).where(and(eq(guildPurges.channel, channel), isAdmitted));

/** Returns steps that are due at `now`, of one guild or of all, the earliest due first. */
export async function nextPurges(db: Database, limit: number, now: number, guild?: GuildId): Promise<GuildPurge[]> {
  const rows = await db
    .select({ purge: guildPurges })
    .from(guildPurges)
    .innerJoin(guildChannels, eq(guildChannels.channel, guildPurges.channel))
    .where(
      and(
        lte(guildPurges.nextAt, now),
        guild === undefined ? undefined : eq(guildPurges.guild, guild),
        sql`NOT coalesce(${isBehind}, 0)`,
      ),
    )
    .orderBy(asc(guildPurges.nextAt))
    .limit(limit);
  return rows.map(({ purge }) => purge);
}

/** The step is where it was when it was read: no other request moved it or began it again. */
const isUnmoved = ({ channel, author, after, since, through }: GuildPurge) =>
  and(
    eq(guildPurges.channel, channel),
    eq(guildPurges.author, author),
    eq(guildPurges.after, after),
    eq(guildPurges.since, since),
    eq(guildPurges.through, through),
  );

/** Records how far a step is. `after` is null when it is done. */
export async function movePurge(
  db: Database,
  purge: GuildPurge,
  { after, through }: { after: number | null; through: number },
): Promise<void> {
  if (after === null) await db.delete(guildPurges).where(isUnmoved(purge));
  else await db.update(guildPurges).set({ after, through, failures: 0 }).where(isUnmoved(purge));
}

/** Postpones the next try of a step. `now` is the time of the failure. */
export async function postponePurge(db: Database, { channel, author }: GuildPurge, now: number): Promise<void> {
  await db
    .update(guildPurges)
    .set(afterFailure(guildPurges.failures, now))
    .where(and(eq(guildPurges.channel, channel), eq(guildPurges.author, author)));
}
