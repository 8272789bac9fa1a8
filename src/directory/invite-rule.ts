// Decides whether an invite admits a person. The rule is a part of the statement that adds the
// member, so that no change between a check and the statement can bypass it. An invite that has
// ended, is used up, or is older than the removal of the person admits nobody.
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { ChannelId, GuildId, UserId } from "../protocol";
import { isBlocking } from "./blocks";
import type { Database } from "./database";
import { isBanned } from "./guild-ban-rule";
import { guildRemovals, guilds } from "./guild-schema";
import { declinedStrangers, formerMemberships, invites } from "./schema";

/** The use of an invite by a person. `now` is in epoch milliseconds. */
export interface InviteUse {
  code: string;
  user: UserId;
  now: number;
}

/** Whether the invite in the row `i` still lasts and has uses left. */
export const isValidAt = (now: number): SQL => sql`(i.expires_at IS NULL OR i.expires_at > ${now})
  AND (i.max_uses IS NULL OR i.uses < i.max_uses)`;

/**
 * Whether the invite in the row `i` is for a person: it is not their own, its target has not turned
 * them away since the invite was made, and the guild that it leads to has not banned them.
 */
const isFor = (user: UserId, now: number): SQL => sql`NOT (i.target_kind = 'person' AND i.target = ${user})
  AND NOT EXISTS (SELECT 1 FROM ${formerMemberships} f
    WHERE f.user = ${user} AND f.channel = i.target AND f.removed_at >= i.created_at)
  AND NOT EXISTS (SELECT 1 FROM ${guildRemovals} r
    WHERE r.guild = i.target AND r.user = ${user} AND r.at >= i.created_at)
  AND NOT ${isBanned(sql`i.target`, user, now)}
  AND NOT EXISTS (SELECT 1 FROM ${declinedStrangers} d
    WHERE d.user = i.target AND d.stranger = ${user} AND d.at >= i.created_at)
  AND NOT ${isBlocking(sql`i.target`, sql`${user}`)}`;

/** A guild that was deleted takes nobody, also while its owner can still cancel that. */
const leadsSomewhere: SQL = sql`(i.target_kind <> 'guild' OR EXISTS (SELECT 1 FROM ${guilds} g
  WHERE g.id = i.target AND g.delete_at IS NULL))`;

/** Whether the invite in the row `i` admits a person; without one, anybody whom it is for. */
export const admits = (user: UserId | null, now: number): SQL =>
  sql`(${isValidAt(now)} AND ${leadsSomewhere} AND ${user === null ? sql`true` : isFor(user, now)})`;

/** Whether the invite of a code exists and admits the person. */
export const isAdmittedBy = ({ code, user, now }: InviteUse): SQL =>
  sql`EXISTS (SELECT 1 FROM ${invites} i WHERE i.code = ${code} AND ${admits(user, now)})`;

/** Whether the invite of a code exists and is valid for somebody. */
export async function isValidInvite(db: Database, code: string, now: number): Promise<boolean> {
  const [found] = await db.all<{ valid: number }>(
    sql`SELECT EXISTS (SELECT 1 FROM ${invites} i WHERE i.code = ${code} AND ${admits(null, now)}) AS valid`,
  );
  return found?.valid === 1;
}

/** Counts one use, under the condition of the batch that creates the membership. */
export const countUse = (db: Database, { code, now }: InviteUse, isAdmitted: SQL) =>
  db
    .update(invites)
    .set({ uses: sql`${invites.uses} + 1`, usedAt: now })
    .where(and(eq(invites.code, code), isAdmitted));

/**
 * Deletes the invites that a person made to a group or a guild, under the condition of the batch.
 * They end with the membership.
 */
export const dropInvites = (db: Database, target: ChannelId | GuildId, createdBy: UserId | "", isAdmitted: SQL) =>
  db.delete(invites).where(and(eq(invites.createdBy, createdBy), eq(invites.target, target), isAdmitted));

/** Forgets the removal of a person who enters again, under the condition of the batch. */
export const forgetRemoval = (db: Database, channel: ChannelId, user: UserId | "", isAdmitted: SQL) =>
  db
    .update(formerMemberships)
    .set({ removedAt: null })
    .where(and(eq(formerMemberships.user, user), eq(formerMemberships.channel, channel), isAdmitted));
