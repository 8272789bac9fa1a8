// The erasure of accounts. One batch closes an account and lists the steps that are left; requests
// and the cron then perform them.
import { and, eq, isNull, lte, notExists, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { type ChannelId, limits, type UserId } from "../protocol";
import { eraseBlocks } from "./blocks";
import { managedKinds } from "./conditions";
import type { Database } from "./database";
import { files } from "./file-schema";
import { channelsOfGuilds } from "./guild-access";
import { guildBans, guildRemovals, guildTimeOuts } from "./guild-schema";
import { eraseReports } from "./reports";
import { eraseRequests } from "./requests";
import { afterFailure } from "./retry-times";
import { suspensions } from "./safety-schema";
import {
  accounts,
  channelPreferences,
  channels,
  endedSessions,
  erasures,
  formerMemberships,
  invites,
  memberships,
  pushSubscriptions,
  reservedHandles,
} from "./schema";

/**
 * One step. `channel` is empty for the account itself: its sessions, groups and inbox. `account` is
 * empty for a deleted group.
 */
export type Erasure = typeof erasures.$inferSelect;
/** What identifies a step, and how far it was when it was read. */
export type ErasureStep = Pick<Erasure, "account" | "channel" | "after">;

/** Deletes the name, handle and password, so that nobody can sign in. A repeat changes nothing. */
export async function closeAccount(db: Database, id: UserId, now: number): Promise<void> {
  const isOpen = and(eq(accounts.id, id), isNull(accounts.erasedAt));
  await db.batch([
    db
      .insert(reservedHandles)
      .select(sql`SELECT ${accounts.handle}, ${now + limits.handleKeptMs} FROM ${accounts} WHERE ${isOpen}`)
      // Replaces an earlier reservation of the same handle, which has expired.
      .onConflictDoUpdate({ target: reservedHandles.handle, set: { until: sql`excluded.until` } }),
    db
      .insert(erasures)
      .select(
        sql`SELECT ${id}, channel, 0, 0, 0 FROM (
              SELECT '' AS channel UNION SELECT channel FROM ${memberships} WHERE user = ${id}
              UNION SELECT channel FROM ${formerMemberships} WHERE user = ${id}
              UNION ${channelsOfGuilds(id)}
            ) WHERE EXISTS (SELECT 1 FROM ${accounts} WHERE ${isOpen})`,
      )
      .onConflictDoNothing(),
    db.delete(channelPreferences).where(eq(channelPreferences.user, id)),
    db.delete(pushSubscriptions).where(eq(pushSubscriptions.user, id)),
    ...eraseRequests(db, id, now),
    ...eraseBlocks(db, id),
    ...eraseReports(db, id),
    db.delete(suspensions).where(eq(suspensions.account, id)),
    db.delete(invites).where(eq(invites.createdBy, id)),
    // Files that no message has yet: the sweep deletes them.
    db
      .update(files)
      .set({ dueAt: now })
      .where(and(eq(files.account, id), sql`${files.dueAt} IS NOT NULL`)),
    db.delete(guildBans).where(eq(guildBans.user, id)),
    db.delete(guildTimeOuts).where(eq(guildTimeOuts.user, id)),
    db.delete(guildRemovals).where(eq(guildRemovals.user, id)),
    // A handle that nobody can register.
    db
      .update(accounts)
      .set({ handle: `~${id}`, name: "", passwordHash: "", quiet: null, openTo: null, erasedAt: now })
      .where(isOpen),
  ]);
}

/**
 * Returns the steps that are due at `now`, of one account or of all. The first steps of all
 * accounts come before the second ones, so that no account holds up another. A channel comes after
 * the account itself and after the end of its sessions there, so that nothing is written meanwhile.
 */
export async function nextErasures(db: Database, limit: number, now: number, account?: UserId): Promise<Erasure[]> {
  const first = alias(erasures, "first");
  const isAccountPending = db
    .select({ one: sql`1` })
    .from(first)
    .where(and(eq(first.account, erasures.account), eq(first.channel, "")));
  const isEndingPending = db
    .select({ one: sql`1` })
    .from(endedSessions)
    .where(and(eq(endedSessions.account, erasures.account), eq(endedSessions.object, erasures.channel)));
  return await db
    .select()
    .from(erasures)
    .where(
      and(
        lte(erasures.nextAt, now),
        account === undefined ? undefined : eq(erasures.account, account),
        or(eq(erasures.channel, ""), and(notExists(isAccountPending), notExists(isEndingPending))),
      ),
    )
    .orderBy(sql`row_number() OVER (PARTITION BY ${erasures.account} ORDER BY ${erasures.nextAt})`, erasures.nextAt)
    .limit(limit);
}

/** Postpones the next try of a step after a failure. */
export async function postponeErasure(db: Database, { account, channel }: Erasure, now: number): Promise<void> {
  await db
    .update(erasures)
    .set(afterFailure(erasures.failures, now))
    .where(and(eq(erasures.account, account), eq(erasures.channel, channel)));
}

/**
 * The step is where it was when it was read: no other request moved it, and no restore reopened it.
 */
const isUnmoved = ({ account, channel, after }: ErasureStep) =>
  and(eq(erasures.account, account), eq(erasures.channel, channel), eq(erasures.after, after));

/**
 * Records that the entries up to `after` are done, unless the step has moved since it was read. A
 * step that moves has not failed.
 */
export async function moveErasure(db: Database, erasure: Erasure, after: number): Promise<void> {
  await db.update(erasures).set({ after, failures: 0 }).where(isUnmoved(erasure));
}

/** Removes a step that is done, unless it has moved since it was read. */
export async function finishErasure(db: Database, erasure: ErasureStep): Promise<void> {
  const { account, channel } = erasure;
  const ofStep = and(eq(formerMemberships.user, account), eq(formerMemberships.channel, channel));
  await db.batch([
    db
      .delete(formerMemberships)
      .where(and(ofStep, sql`EXISTS (SELECT 1 FROM ${erasures} WHERE ${isUnmoved(erasure)})`)),
    db.delete(erasures).where(isUnmoved(erasure)),
  ]);
}

/**
 * Adds steps for erased accounts whose messages a restore brought back into a channel. A step that
 * exists begins again. Its position becomes one that it never had, so that a request that performs
 * it at this moment does not move or finish it.
 */
export async function reopenErasures(db: Database, channel: ChannelId, authors: readonly UserId[]): Promise<void> {
  const restored = sql`SELECT ${accounts.id}, ${channel}, 0, 0, 0 FROM ${accounts}
    WHERE ${accounts.erasedAt} IS NOT NULL AND ${accounts.id} IN (SELECT value FROM json_each(${JSON.stringify(authors)}))`;
  await db
    .insert(erasures)
    .select(restored)
    .onConflictDoUpdate({
      target: [erasures.account, erasures.channel],
      set: { after: sql`min(${erasures.after}, 0) - 1` },
    });
}

/** Returns the groups that a user is a member of. */
export async function groupsOf(db: Database, user: UserId): Promise<ChannelId[]> {
  const rows = await db
    .select({ id: channels.id })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(and(eq(memberships.user, user), sql`${channels.kind} IN ${managedKinds}`));
  return rows.map(({ id }) => id);
}

/** A channel that a person could open once, or one of a guild that they are or were in. */
interface FormerChannel {
  id: ChannelId;
  /** Whether the person was in its guild only. The channel knows whether they ever saw it. */
  isOfGuild: boolean;
  /** When another member removed the person; null if they left by themselves or entered again. */
  removedAt: number | null;
}

/** Returns the channels that a user has left, and all channels of the user's guilds. */
export async function channelsOnceOpen(db: Database, user: UserId): Promise<FormerChannel[]> {
  return await db
    .select({
      id: channels.id,
      isOfGuild: sql<boolean>`${channels.kind} = 'guild'`.mapWith(Boolean),
      removedAt: formerMemberships.removedAt,
    })
    .from(channels)
    .leftJoin(
      formerMemberships,
      sql`${formerMemberships.channel} = ${channels.id} AND ${formerMemberships.user} = ${user}`,
    )
    .where(
      sql`${channels.id} IN (SELECT channel FROM ${formerMemberships} WHERE user = ${user} UNION ${channelsOfGuilds(user)})`,
    );
}

/** Deletes the reservations that have expired. */
export async function freeHandles(db: Database, now: number): Promise<void> {
  await db.delete(reservedHandles).where(lte(reservedHandles.until, now));
}
