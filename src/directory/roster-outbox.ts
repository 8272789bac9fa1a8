// The roster outbox: the rosters that channels have not confirmed yet. A change writes its rows in
// its own batch, a confirmation deletes them, and the cron repeats the rest. Ended sessions have a
// table of their own: see `ended-sessions.ts`.
import { and, asc, eq, isNull, lte, min, or, sql } from "drizzle-orm";
import type { Roster } from "../domain/roster";
import { type ChannelId, channelKinds, type UserId } from "../protocol";
import { pairKinds } from "./conditions";
import type { Database } from "./database";
import { selectAsked } from "./entry-rule";
import { type LoadedRoster, loadGuildRosters } from "./guild-roster";
import { guildChannels } from "./guild-schema";
import { guildOf } from "./guild-state";
import { afterFailure } from "./retry-times";
import { blocks } from "./safety-schema";
import { accounts, channels, memberships, rosterOutbox } from "./schema";

/** Whether the member in the row of `memberships` blocks the other person of a direct channel. */
const isBlockingInPair = (channel: ChannelId) => sql`EXISTS (SELECT 1 FROM ${channels} pair
  JOIN ${memberships} other ON other.channel = pair.id
  JOIN ${blocks} b ON b.blocker = ${memberships.user} AND b.blocked = other.user
  WHERE pair.id = ${channel} AND pair.kind IN ${pairKinds})`;

/**
 * Returns a channel's roster at one revision. Null if the channel does not exist. That of a channel
 * of a guild has no members: use `loadDelivery`.
 */
export async function loadRoster(db: Database, channel: ChannelId): Promise<Roster | null> {
  const [rows, members, pending, asked] = await db.batch([
    db.select().from(channels).where(eq(channels.id, channel)).limit(1),
    db
      .select({
        user: memberships.user,
        handle: accounts.handle,
        role: memberships.role,
        joinedAt: memberships.joinedAt,
        tokensFrom: accounts.tokensFrom,
        receipts: accounts.receipts,
        hidden: sql<boolean>`${accounts.presence} = 'invisible'`.mapWith(Boolean),
        blocks: sql<boolean>`${isBlockingInPair(channel)}`.mapWith(Boolean),
      })
      .from(memberships)
      .innerJoin(accounts, eq(accounts.id, memberships.user))
      .where(and(eq(memberships.channel, channel), isNull(accounts.erasedAt)))
      .orderBy(asc(memberships.joinedAt), asc(memberships.user)),
    db.select().from(rosterOutbox).where(eq(rosterOutbox.object, channel)).orderBy(asc(rosterOutbox.revision)),
    selectAsked(db, channel),
  ]);
  const row = rows[0];
  if (!row) return null;
  const causes = pending.filter(({ actor }) => actor !== "").map(({ subject, actor }) => ({ subject, actor }));
  const { kind, name, topic, history, revision, epochNumber, createdAt, createdBy } = row;
  const withBlocks = members.map(({ blocks, ...member }) => (blocks ? { ...member, blocks } : member));
  const header = { channel, kind, name, topic, history, revision, epochNumber, createdAt, createdBy };
  return { ...header, members: withBlocks, causes, pending: asked.map(({ user }) => user) };
}

/**
 * Returns what is delivered to a channel at one revision; null if the channel does not exist. A
 * channel that has left its guild has a roster without members.
 */
export async function loadDelivery(db: Database, channel: ChannelId): Promise<LoadedRoster | null> {
  const roster = await loadRoster(db, channel);
  if (!roster) return null;
  const guild = channelKinds[roster.kind].roster === "by_view" ? await guildOf(db, channel) : null;
  const [loaded] = guild === null ? [] : await loadGuildRosters(db, guild, eq(guildChannels.channel, channel));
  return loaded ?? { roster, outboxRevision: roster.revision, guild: null };
}

/** Deletes what a channel has confirmed: it holds this revision, and with it every earlier one. */
export async function confirmRoster(db: Database, channel: ChannelId, revision: number): Promise<void> {
  await db.delete(rosterOutbox).where(and(eq(rosterOutbox.object, channel), lte(rosterOutbox.revision, revision)));
}

/** Postpones the next try of a channel after a failure. */
export async function postponeRoster(db: Database, channel: ChannelId, now: number): Promise<void> {
  await db.update(rosterOutbox).set(afterFailure(rosterOutbox.failures, now)).where(eq(rosterOutbox.object, channel));
}

/**
 * Returns the channels of an account whose roster is pending, the earliest due first. With `dueAt`
 * only those that are due then, or that no delivery has failed for yet.
 */
export async function pendingChannels(db: Database, user: UserId, dueAt?: number): Promise<ChannelId[]> {
  const isDue = dueAt === undefined ? undefined : or(lte(rosterOutbox.nextAt, dueAt), eq(rosterOutbox.failures, 0));
  const rows = await db
    .select({ object: rosterOutbox.object })
    .from(memberships)
    .innerJoin(rosterOutbox, eq(rosterOutbox.object, memberships.channel))
    .where(and(eq(memberships.user, user), isDue))
    .groupBy(rosterOutbox.object)
    .orderBy(min(rosterOutbox.nextAt));
  return rows.map((row) => row.object);
}

/** Returns when the first pending roster of an account is due again; null if there is none. */
export async function nextRosterAt(db: Database, user: UserId): Promise<number | null> {
  const rows = await db
    .select({ at: min(rosterOutbox.nextAt) })
    .from(memberships)
    .innerJoin(rosterOutbox, eq(rosterOutbox.object, memberships.channel))
    .where(eq(memberships.user, user));
  return rows[0]?.at ?? null;
}

/** Returns the channels whose roster is due at `now`, the earliest due first. */
export async function dueChannels(db: Database, now: number, limit: number): Promise<ChannelId[]> {
  const rows = await db
    .select({ object: rosterOutbox.object })
    .from(rosterOutbox)
    .where(lte(rosterOutbox.nextAt, now))
    .groupBy(rosterOutbox.object)
    .orderBy(min(rosterOutbox.nextAt))
    .limit(limit);
  return rows.map((row) => row.object);
}

/** Returns whether an object has something to confirm. */
export async function hasPending(db: Database, object: string): Promise<boolean> {
  const rows = await db
    .select({ object: rosterOutbox.object })
    .from(rosterOutbox)
    .where(eq(rosterOutbox.object, object))
    .limit(1);
  return rows.length === 1;
}
