// Deleted groups. A group without members is deleted: the directory removes its names at once, and
// a step in `erasures` removes the log and the archive.
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { ChannelId, UserId } from "../protocol";
import { managedKinds } from "./conditions";
import type { Database } from "./database";
import { isInGuildOf } from "./guild-access";
import { guildChannels } from "./guild-schema";
import {
  accounts,
  channelPreferences,
  channels,
  erasures,
  formerMemberships,
  invites,
  memberships,
  requests,
} from "./schema";

/**
 * Returns the statements that delete a group if it has no members. They belong at the end of the
 * batch that removes members. The row of the channel stays, without names: its identity keeps a
 * repeated request from creating the group again. `now`: when the cron may try the step first, in
 * epoch milliseconds.
 */
export function deleteEmptyGroup(db: Database, channel: ChannelId, now: number) {
  const isEmpty = sql`EXISTS (SELECT 1 FROM ${channels} WHERE ${channels.id} = ${channel} AND ${channels.kind} IN ${managedKinds})
    AND NOT EXISTS (SELECT 1 FROM ${memberships} WHERE ${memberships.channel} = ${channel})`;
  return [
    db.insert(erasures).select(sql`SELECT '', ${channel}, 0, ${now}, 0 WHERE ${isEmpty}`).onConflictDoNothing(),
    db.delete(formerMemberships).where(and(eq(formerMemberships.channel, channel), isEmpty)),
    db.delete(channelPreferences).where(and(eq(channelPreferences.channel, channel), isEmpty)),
    db.delete(requests).where(and(eq(requests.channel, channel), isEmpty)),
    db.delete(invites).where(and(eq(invites.targetKind, "group"), eq(invites.target, channel), isEmpty)),
    db
      .update(channels)
      .set({ name: "", topic: "" })
      .where(and(eq(channels.id, channel), isEmpty)),
  ] as const;
}

/** Deletes a group that has no members. A group with members stays as it is. */
export async function deleteGroupIfEmpty(db: Database, channel: ChannelId): Promise<void> {
  await db.batch(deleteEmptyGroup(db, channel, 0));
}

/** A group with members, a channel of a guild, or a direct channel, which nobody deletes. */
const isKept = (
  channel: ChannelId,
): SQL => sql`EXISTS (SELECT 1 FROM ${channels} WHERE ${channels.id} = ${channel} AND CASE
  WHEN ${channels.kind} = 'guild' THEN EXISTS (SELECT 1 FROM ${guildChannels} WHERE ${guildChannels.channel} = ${channel})
  WHEN ${channels.kind} IN ${managedKinds} THEN EXISTS (SELECT 1 FROM ${memberships} WHERE ${memberships.channel} = ${channel})
  ELSE 1 END)`;

/**
 * Records those authors of a channel who are no members of it, except erased accounts. Records
 * nothing of a channel that was deleted, because nothing would remove it again.
 */
export async function recordFormerAuthors(db: Database, channel: ChannelId, authors: readonly UserId[]): Promise<void> {
  const isAuthor = sql`${accounts.id} IN (SELECT value FROM json_each(${JSON.stringify(authors)}))`;
  const isMember = sql`(EXISTS (SELECT 1 FROM ${memberships}
    WHERE ${memberships.channel} = ${channel} AND ${memberships.user} = ${accounts.id})
    OR ${isInGuildOf(channel, sql`${accounts.id}`)})`;
  await db
    .insert(formerMemberships)
    .select(
      sql`SELECT ${accounts.id}, ${channel}, NULL FROM ${accounts}
            WHERE ${and(isAuthor, isNull(accounts.erasedAt))} AND NOT ${isMember} AND ${isKept(channel)}`,
    )
    .onConflictDoNothing();
}

/** Returns whether a group was deleted and its object is not erased yet. */
export async function isDeletedGroup(db: Database, channel: ChannelId): Promise<boolean> {
  const step = and(eq(erasures.account, ""), eq(erasures.channel, channel));
  return (await db.select({ channel: erasures.channel }).from(erasures).where(step).limit(1)).length === 1;
}
