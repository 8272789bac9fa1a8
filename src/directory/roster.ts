// What the objects mirror, and the outbox of what they have not confirmed.
import { and, asc, eq, inArray, isNull, lt, lte, sql } from "drizzle-orm";
import type { Roster } from "../domain/roster";
import type { ChannelId, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channels, memberships, rosterOutbox } from "./schema";

/** A channel's roster at one revision, with the sessions that its sockets have not been told of. Null for no channel. */
export async function loadRoster(db: Database, channel: ChannelId): Promise<Roster | null> {
  const [rows, members, pending] = await db.batch([
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
  ]);
  const row = rows[0];
  if (!row) return null;
  const endedSessions = pending.map(({ session }) => session).filter((session) => session !== "");
  const causes = pending.filter(({ actor }) => actor !== "").map(({ subject, actor }) => ({ subject, actor }));
  const { kind, name, topic, history, revision, life, createdAt, createdBy } = row;
  const header = { channel, kind, name, topic, history, revision, life, createdAt, createdBy };
  return { ...header, members, endedSessions, causes };
}

export interface Endings {
  tokensFrom: number;
  sessions: string[];
}

/** What a person's own object has not been told: the highest token time and the sessions that ended. */
export async function loadEndings(db: Database, user: UserId): Promise<Endings | null> {
  const rows = await db.select().from(rosterOutbox).where(eq(rosterOutbox.object, user));
  if (rows.length === 0) return null;
  return {
    tokensFrom: Math.max(...rows.map((row) => row.revision)),
    sessions: rows.map((row) => row.session).filter((session) => session !== ""),
  };
}

/** The channel holds this revision: everything up to it is done. */
export async function confirmRoster(db: Database, channel: ChannelId, revision: number): Promise<void> {
  await db.delete(rosterOutbox).where(and(eq(rosterOutbox.object, channel), lte(rosterOutbox.revision, revision)));
}

/** The person's object holds these endings. Only they are done: one that was written meanwhile may carry an older time. */
export async function confirmEndings(db: Database, user: UserId, told: Endings): Promise<void> {
  const sessions = JSON.stringify([...told.sessions, ""]);
  const isTold = inArray(rosterOutbox.session, sql`(SELECT value FROM json_each(${sessions}))`);
  await db
    .delete(rosterOutbox)
    .where(and(eq(rosterOutbox.object, user), lte(rosterOutbox.revision, told.tokensFrom), isTold));
}

/** The objects an account's own change has to reach before it may be answered. */
export async function pendingOf(db: Database, user: UserId, limit: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ object: rosterOutbox.object })
    .from(rosterOutbox)
    .leftJoin(memberships, and(eq(memberships.channel, rosterOutbox.object), eq(memberships.user, user)))
    .where(eq(memberships.user, user))
    .limit(limit);
  return [user, ...rows.map((row) => row.object)];
}

/** Objects whose change is older than `before`: what requests could not deliver. */
export async function overdue(db: Database, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ object: rosterOutbox.object })
    .from(rosterOutbox)
    .where(lt(rosterOutbox.createdAt, before))
    // In no fixed order: objects that cannot be reached must not stand before the others for ever.
    .groupBy(rosterOutbox.object)
    .orderBy(sql`random()`)
    .limit(limit);
  return rows.map((row) => row.object);
}

/** Whether the end of a session has not reached everybody yet: a request that repeats it finds nothing left to end. */
export async function isEnding(db: Database, user: UserId, session: string): Promise<boolean> {
  const ofSession = and(eq(rosterOutbox.object, user), eq(rosterOutbox.session, session));
  return (await db.select({ object: rosterOutbox.object }).from(rosterOutbox).where(ofSession).limit(1)).length === 1;
}

/** Whether an object has something to confirm. */
export async function hasPending(db: Database, object: string): Promise<boolean> {
  const rows = await db
    .select({ object: rosterOutbox.object })
    .from(rosterOutbox)
    .where(eq(rosterOutbox.object, object))
    .limit(1);
  return rows.length === 1;
}
