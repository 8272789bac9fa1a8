// The end of an account: closed in one batch, with a list of what is left to do, which whoever comes along works off.
import { and, eq, isNull, lte, notExists, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { type ChannelId, limits, type UserId } from "../protocol";
import type { Database } from "./database";
import {
  accounts,
  channels,
  erasures,
  formerMemberships,
  memberships,
  notifyChannels,
  pushSubscriptions,
  reservedHandles,
} from "./schema";

/** `channel` is empty for the account itself: its sessions, groups and inbox. */
export type Erasure = typeof erasures.$inferSelect;

/** Takes name, handle and password at once. Nobody can sign in any more; repeating it changes nothing. */
export async function closeAccount(db: Database, id: UserId, now: number): Promise<void> {
  const isOpen = and(eq(accounts.id, id), isNull(accounts.erasedAt));
  await db.batch([
    db
      .insert(reservedHandles)
      .select(sql`SELECT ${accounts.handle}, ${now + limits.handleKeptMs} FROM ${accounts} WHERE ${isOpen}`)
      // Of somebody before them, whose time is over.
      .onConflictDoUpdate({ target: reservedHandles.handle, set: { until: sql`excluded.until` } }),
    db
      .insert(erasures)
      .select(
        sql`SELECT ${id}, channel, 0 FROM (
              SELECT '' AS channel UNION SELECT channel FROM ${memberships} WHERE user = ${id}
              UNION SELECT channel FROM ${formerMemberships} WHERE user = ${id}
            ) WHERE EXISTS (SELECT 1 FROM ${accounts} WHERE ${isOpen})`,
      )
      .onConflictDoNothing(),
    db.delete(notifyChannels).where(eq(notifyChannels.user, id)),
    db.delete(pushSubscriptions).where(eq(pushSubscriptions.user, id)),
    // No handle that can be typed begins so.
    db
      .update(accounts)
      .set({ handle: `~${id}`, name: "", passwordHash: "", quiet: null, erasedAt: now })
      .where(isOpen),
  ]);
}

/** What may be done next, of one account or of all: channels come after the account itself, so that nothing is written meanwhile. */
export async function nextErasures(db: Database, limit: number, account?: UserId): Promise<Erasure[]> {
  const first = alias(erasures, "first");
  const ofItself = db
    .select({ one: sql`1` })
    .from(first)
    .where(and(eq(first.account, erasures.account), eq(first.channel, "")));
  return await db
    .select()
    .from(erasures)
    .where(
      and(
        account === undefined ? undefined : eq(erasures.account, account),
        or(eq(erasures.channel, ""), notExists(ofItself)),
      ),
    )
    // In no fixed order: what cannot be done must not stand before the others for ever.
    .orderBy(sql`random()`)
    .limit(limit);
}

export async function moveErasure(db: Database, { account, channel }: Erasure, after: number): Promise<void> {
  await db
    .update(erasures)
    .set({ after })
    .where(and(eq(erasures.account, account), eq(erasures.channel, channel)));
}

export async function finishErasure(db: Database, { account, channel }: Erasure): Promise<void> {
  await db.batch([
    db.delete(erasures).where(and(eq(erasures.account, account), eq(erasures.channel, channel))),
    db
      .delete(formerMemberships)
      .where(and(eq(formerMemberships.user, account), eq(formerMemberships.channel, channel))),
  ]);
}

/** Messages of theirs are in a channel again that was put back to a time before they were erased. */
export async function reopenErasures(db: Database, channel: ChannelId, authors: readonly UserId[]): Promise<void> {
  const again = sql`SELECT ${accounts.id}, ${channel}, 0 FROM ${accounts}
    WHERE ${accounts.erasedAt} IS NOT NULL AND ${accounts.id} IN (SELECT value FROM json_each(${JSON.stringify(authors)}))`;
  await db.insert(erasures).select(again).onConflictDoNothing();
}

/** Groups somebody is still in. */
export async function groupsOf(db: Database, user: UserId): Promise<ChannelId[]> {
  const rows = await db
    .select({ id: channels.id })
    .from(memberships)
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(and(eq(memberships.user, user), eq(channels.kind, "group")));
  return rows.map(({ id }) => id);
}

/** Channels somebody was in once. */
export async function formerChannels(db: Database, user: UserId): Promise<ChannelId[]> {
  const rows = await db
    .select({ id: formerMemberships.channel })
    .from(formerMemberships)
    .where(eq(formerMemberships.user, user));
  return rows.map(({ id }) => id);
}

/** Handles that may be taken again. */
export async function freeHandles(db: Database, now: number): Promise<void> {
  await db.delete(reservedHandles).where(lte(reservedHandles.until, now));
}
