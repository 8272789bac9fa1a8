// Deletes what a person wrote lately, channel by channel. The batch of the purge, or of a ban,
// lists the channels; its request and the cron work through the list. A step may be repeated: the
// channel performs it once. After a ban a channel comes after it has removed the person, so that
// nothing is written meanwhile.
import { and, asc, count, eq, lte, type SQL, sql } from "drizzle-orm";
import type { ChannelId, GuildId, UserId } from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { changeGuildRows, type DecidedChange, isAsDecided } from "./guild-change";
import { isBehind } from "./guild-outbox";
import { guildAudit, guildChannels, guildPurges } from "./guild-schema";
import { afterFailure } from "./retry-times";

/** One step: a channel in which messages of an author are to be deleted. */
export type GuildPurge = typeof guildPurges.$inferSelect;

/** What is to be deleted. `channels`: left out for all of the guild. */
export interface PurgeProposal {
  id: string;
  author: UserId;
  /** Older messages stay. Epoch milliseconds. */
  since: number;
  channels?: readonly ChannelId[];
}

/** Adds a step for each channel, or begins again, under the condition of the batch. */
export const beginPurges = (
  db: Database,
  { guild, actor, now, at }: DecidedChange,
  { id, author, since, channels }: PurgeProposal,
  isAdmitted: SQL,
) =>
  db
    .insert(guildPurges)
    .select(
      sql`SELECT ${guild}, ${guildChannels.channel}, ${author}, ${actor}, ${since}, 0, 0, ${now}, 0, ${id}, ${at + 1}
            FROM ${guildChannels} WHERE ${guildChannels.guild} = ${guild} AND ${isAdmitted} AND ${
              channels === undefined
                ? sql`true`
                : sql`${guildChannels.channel} IN (SELECT value FROM json_each(${JSON.stringify(channels)}))`
            }`,
    )
    .onConflictDoUpdate({
      target: [guildPurges.channel, guildPurges.author],
      set: { actor, id, revision: at + 1, since: sql`min(${guildPurges.since}, ${since})` },
    });

/** Begins a purge. Returns whether it was made. */
export async function purgePerson(db: Database, change: DecidedChange, proposal: PurgeProposal): Promise<boolean> {
  const condition = and(isAsDecided(change), isOpenAccount(proposal.author));
  return await changeGuildRows(db, change, condition, "named_channels", (isAdmitted) => [
    beginPurges(db, change, proposal, isAdmitted),
  ]);
}

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

/** The step is the one that was read: no other request has ended it or begun it again. */
const isUnmoved = ({ channel, author, since, id }: GuildPurge) =>
  and(
    eq(guildPurges.channel, channel),
    eq(guildPurges.author, author),
    eq(guildPurges.since, since),
    eq(guildPurges.id, id),
  );

/** Ends a step that deleted so many messages, and counts them in the audit log. */
export async function endPurge(db: Database, purge: GuildPurge, messages: number): Promise<void> {
  const isOpen = sql`EXISTS (SELECT 1 FROM ${guildPurges} WHERE ${isUnmoved(purge)})`;
  await db.batch([
    db
      .update(guildAudit)
      .set({
        purgedMessages: sql`coalesce(${guildAudit.purgedMessages}, 0) + ${messages}`,
        purgedChannels: sql`coalesce(${guildAudit.purgedChannels}, 0) + ${messages > 0 ? 1 : 0}`,
      })
      .where(and(eq(guildAudit.guild, purge.guild), eq(guildAudit.revision, purge.revision), isOpen)),
    db.delete(guildPurges).where(isUnmoved(purge)),
  ]);
}

/** Postpones the next try of a step. `now` is the time of the failure. */
export async function postponePurge(db: Database, { channel, author }: GuildPurge, now: number): Promise<void> {
  await db
    .update(guildPurges)
    .set(afterFailure(guildPurges.failures, now))
    .where(and(eq(guildPurges.channel, channel), eq(guildPurges.author, author)));
}

/** Returns what a purge has deleted so far, and how many channels are left. */
export async function purgeProgress(
  db: Database,
  guild: GuildId,
  { id, author, revision }: { id: string; author: UserId; revision: number },
): Promise<{ messages: number; channels: number; left: number }> {
  const [counted, open] = await db.batch([
    db
      .select({ messages: guildAudit.purgedMessages, channels: guildAudit.purgedChannels })
      .from(guildAudit)
      .where(and(eq(guildAudit.guild, guild), eq(guildAudit.revision, revision))),
    db
      .select({ left: count() })
      .from(guildPurges)
      .where(
        and(
          eq(guildPurges.author, author),
          eq(guildPurges.id, id),
          sql`${guildPurges.channel} IN (SELECT channel FROM ${guildChannels} WHERE guild = ${guild})`,
        ),
      ),
  ]);
  return { messages: counted[0]?.messages ?? 0, channels: counted[0]?.channels ?? 0, left: open[0]?.left ?? 0 };
}
