// The roster outbox: what the objects mirror of the directory and have not confirmed yet. A change
// writes its rows in its own batch, a confirmation deletes them, and the cron repeats the rest.
import { and, asc, eq, inArray, isNull, lt, lte, sql } from "drizzle-orm";
import type { Roster } from "../domain/roster";
import type { ChannelId, UserId } from "../protocol";
import type { Database } from "./database";
import { selectAsked } from "./entry-rule";
import { accounts, channels, memberships, rosterOutbox } from "./schema";

/**
 * When the cron first tries an object, after the change was made. By then the request that made the
 * change should have delivered it.
 */
export const FIRST_RETRY_MS = 5_000;

/**
 * Returns a channel's roster at one revision, with the ended sessions that the channel has not
 * confirmed. Null if the channel does not exist.
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
  const endedSessions = pending.map(({ session }) => session).filter((session) => session !== "");
  const causes = pending.filter(({ actor }) => actor !== "").map(({ subject, actor }) => ({ subject, actor }));
  const { kind, name, topic, history, revision, epochNumber, createdAt, createdBy } = row;
  const header = { channel, kind, name, topic, history, revision, epochNumber, createdAt, createdBy };
  return { ...header, members, endedSessions, causes, pending: asked.map(({ user }) => user) };
}

export interface EndedSessions {
  /** The highest token cutoff. Epoch milliseconds. */
  tokensFrom: number;
  sessions: string[];
}

/**
 * Returns the ended sessions that a user object has not confirmed; null if there is nothing to
 * confirm.
 */
export async function loadEndedSessions(db: Database, user: UserId): Promise<EndedSessions | null> {
  const rows = await db.select().from(rosterOutbox).where(eq(rosterOutbox.object, user));
  if (rows.length === 0) return null;
  return {
    tokensFrom: Math.max(...rows.map((row) => row.revision)),
    sessions: rows.map((row) => row.session).filter((session) => session !== ""),
  };
}

/** Deletes what a channel has confirmed: it holds this revision, and with it every earlier one. */
export async function confirmRoster(db: Database, channel: ChannelId, revision: number): Promise<void> {
  await db.delete(rosterOutbox).where(and(eq(rosterOutbox.object, channel), lte(rosterOutbox.revision, revision)));
}

/**
 * Deletes what a user object has confirmed, and no other rows: a row that was written meanwhile may
 * have a lower cutoff.
 */
export async function confirmEndedSessions(db: Database, user: UserId, confirmed: EndedSessions): Promise<void> {
  const sessions = JSON.stringify([...confirmed.sessions, ""]);
  const isConfirmed = inArray(rosterOutbox.session, sql`(SELECT value FROM json_each(${sessions}))`);
  await db
    .delete(rosterOutbox)
    .where(and(eq(rosterOutbox.object, user), lte(rosterOutbox.revision, confirmed.tokensFrom), isConfirmed));
}

/**
 * Returns the objects that must confirm an account's own change before the request is answered: the
 * user object, then channels.
 */
export async function pendingObjects(db: Database, user: UserId, limit: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ object: rosterOutbox.object })
    .from(rosterOutbox)
    .leftJoin(memberships, and(eq(memberships.channel, rosterOutbox.object), eq(memberships.user, user)))
    .where(eq(memberships.user, user))
    .limit(limit);
  return [user, ...rows.map((row) => row.object)];
}

/**
 * Returns the objects with a row older than `before`, which the request that wrote it could not
 * deliver.
 */
export async function overdueObjects(db: Database, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ object: rosterOutbox.object })
    .from(rosterOutbox)
    .where(lt(rosterOutbox.createdAt, before))
    // In random order, so that objects that cannot be reached do not block the others.
    .groupBy(rosterOutbox.object)
    .orderBy(sql`random()`)
    .limit(limit);
  return rows.map((row) => row.object);
}

/**
 * Returns whether the end of a session is still unconfirmed. A repeated request finds no session
 * left to end.
 */
export async function isEnding(db: Database, user: UserId, session: string): Promise<boolean> {
  const ofSession = and(eq(rosterOutbox.object, user), eq(rosterOutbox.session, session));
  return (await db.select({ object: rosterOutbox.object }).from(rosterOutbox).where(ofSession).limit(1)).length === 1;
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
