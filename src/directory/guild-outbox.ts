// The outbox of guilds: revisions that not all channels have confirmed. A change writes its row in
// its own batch, a confirmation deletes it, and the cron repeats the rest.
import { and, asc, eq, inArray, lte, min, type SQL, sql } from "drizzle-orm";
import type { ChannelId, GuildId, UserId } from "../protocol";
import type { Database } from "./database";
import { guildChannels, guildMembers, guildOutbox } from "./guild-schema";
import { afterFailure } from "./retry-times";

/** The channel of the row has not confirmed the newest change that it mirrors. */
export const isBehind: SQL = sql`${guildChannels.confirmed} <
  (SELECT max(due.revision) FROM ${guildOutbox} due WHERE due.guild = ${guildChannels.guild})`;

/** A channel that holds a revision of its guild, and whether it is large in that revision. */
export interface ConfirmedChannel {
  channel: ChannelId;
  isLarge: boolean;
}

/** Records that channels hold a revision of their guild. One statement for all of them. */
export async function confirmGuild(
  db: Database,
  { id, revision }: { id: GuildId; revision: number },
  confirmed: readonly ConfirmedChannel[],
): Promise<void> {
  const idsOf = (some: readonly ConfirmedChannel[]) =>
    sql`(SELECT value FROM json_each(${JSON.stringify(some.map(({ channel }) => channel))}))`;
  const isLarge = sql`${guildChannels.channel} IN ${idsOf(confirmed.filter((channel) => channel.isLarge))}`;
  await db.batch([
    db
      .update(guildChannels)
      .set({
        confirmed: sql`max(${guildChannels.confirmed}, ${revision})`,
        // A delivery that was overtaken by a later one says nothing new.
        large: sql`iif(${guildChannels.confirmed} <= ${revision}, ${isLarge}, ${guildChannels.large})`,
      })
      .where(inArray(guildChannels.channel, idsOf(confirmed))),
    db
      .delete(guildOutbox)
      .where(
        and(
          eq(guildOutbox.guild, id),
          lte(guildOutbox.revision, revision),
          sql`NOT EXISTS (SELECT 1 FROM ${guildChannels} c WHERE c.guild = ${id} AND c.confirmed < ${guildOutbox.revision})`,
        ),
      ),
  ]);
}

/** Postpones the next try of a guild after a failure. */
export async function postponeGuild(db: Database, guild: GuildId, now: number): Promise<void> {
  await db.update(guildOutbox).set(afterFailure(guildOutbox.failures, now)).where(eq(guildOutbox.guild, guild));
}

/** Returns when the first pending guild of a person is due; null if there is none. */
export async function nextGuildAt(db: Database, user: UserId): Promise<number | null> {
  const rows = await db
    .select({ at: min(guildOutbox.nextAt) })
    .from(guildMembers)
    .innerJoin(guildOutbox, eq(guildOutbox.guild, guildMembers.guild))
    .where(eq(guildMembers.user, user));
  return rows[0]?.at ?? null;
}

/** Returns those guilds of a person that have something to deliver. */
export async function pendingGuilds(db: Database, user: UserId): Promise<GuildId[]> {
  const rows = await db
    .selectDistinct({ guild: guildMembers.guild })
    .from(guildMembers)
    .innerJoin(guildOutbox, eq(guildOutbox.guild, guildMembers.guild))
    .where(eq(guildMembers.user, user));
  return rows.map(({ guild }) => guild);
}

/** Returns the guilds with a change that is due at `now`, the earliest due first. */
export async function dueGuilds(db: Database, now: number, limit: number): Promise<GuildId[]> {
  const rows = await db
    .select({ guild: guildOutbox.guild })
    .from(guildOutbox)
    .where(lte(guildOutbox.nextAt, now))
    .groupBy(guildOutbox.guild)
    .orderBy(asc(min(guildOutbox.nextAt)))
    .limit(limit);
  return rows.map(({ guild }) => guild);
}
