// Sessions: sign-ins, known by the SHA-256 of a reference token. Ending one raises the account's `tokensFrom` in the same batch and
// leaves a row in the outbox for every object that may hold one of its sockets.
import { and, desc, eq, gt, inArray, lt, ne, or, sql } from "drizzle-orm";
import type { SessionId, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channels, memberships, rosterOutbox, sessions } from "./schema";

export type SessionRow = typeof sessions.$inferSelect;

export async function createSession(db: Database, session: SessionRow): Promise<void> {
  await db.insert(sessions).values(session);
}

/** The session of a token with its account, unless it has expired. */
export async function findSession(db: Database, tokenHash: string, now: number) {
  const rows = await db
    .select({ session: sessions, account: accounts })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.account))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now)))
    .limit(1);
  return rows[0] ?? null;
}

/** Whether the account's token time still lets a token of `issuedAt` pass, and the session has not ended. */
export async function isSessionOpen(db: Database, id: SessionId, account: UserId, issuedAt: number): Promise<boolean> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.account))
    .where(and(eq(sessions.id, id), eq(sessions.account, account), lt(accounts.tokensFrom, issuedAt)))
    .limit(1);
  return rows.length === 1;
}

export async function touchSession(db: Database, id: SessionId, seenAt: number, expiresAt: number): Promise<void> {
  await db.update(sessions).set({ seenAt, expiresAt }).where(eq(sessions.id, id));
}

/** Newest first, after `cursor` (the `createdAt` and id of the last one seen). */
export async function listSessions(
  db: Database,
  account: UserId,
  now: number,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<SessionRow[]> {
  const older = cursor
    ? or(lt(sessions.createdAt, cursor.at), and(eq(sessions.createdAt, cursor.at), lt(sessions.id, cursor.id)))
    : undefined;
  return await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.account, account), gt(sessions.expiresAt, now), older))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(limit);
}

/** The sessions an end reaches: one, or all but the one that stays. */
export type Ending = { only: SessionId } | { except: SessionId; passwordHash: string };

/**
 * Ends sessions and answers the ids of those that ended. Everything that must follow (objects that close sockets) stands in the outbox
 * when this returns; nothing is left to the caller's luck.
 */
export async function endSessions(db: Database, account: UserId, ending: Ending, now: number): Promise<SessionId[]> {
  const which = "only" in ending ? eq(sessions.id, ending.only) : ne(sessions.id, ending.except);
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.account, account), which));
  const ended = rows.map((row) => row.id);
  if (ended.length === 0 && "only" in ending) return [];
  const mine = db.select({ channel: memberships.channel }).from(memberships).where(eq(memberships.user, account));
  // Never lowered: the clock of another machine may be behind.
  const tokensFrom = sql`max(${accounts.tokensFrom}, ${now})`;
  const change = "passwordHash" in ending ? { passwordHash: ending.passwordHash, tokensFrom } : { tokensFrom };
  // At least one row an object, even where nothing ended: the token time has risen.
  const marks = JSON.stringify(ended.length === 0 ? [""] : ended);
  await db.batch([
    db.update(accounts).set(change).where(eq(accounts.id, account)),
    db
      .delete(sessions)
      .where(and(eq(sessions.account, account), inArray(sessions.id, sql`(SELECT value FROM json_each(${marks}))`))),
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(inArray(channels.id, mine)),
    db.insert(rosterOutbox).select(
      sql`SELECT ${channels.id}, ${channels.revision}, value, ${now} FROM ${channels}, json_each(${marks})
        WHERE ${channels.id} IN ${mine}`,
    ),
    db
      .insert(rosterOutbox)
      .select(sql`SELECT ${account}, ${now}, value, ${now} FROM json_each(${marks}) WHERE true`)
      .onConflictDoNothing(),
  ]);
  return ended;
}

/** The oldest sessions beyond the newest `keep`. */
export async function excessSessions(db: Database, account: UserId, keep: number): Promise<SessionId[]> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.account, account))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(keep)
    .offset(keep);
  return rows.map((row) => row.id);
}

/** Forgets what has expired. */
export async function pruneSessions(db: Database, now: number): Promise<void> {
  await db.delete(sessions).where(lt(sessions.expiresAt, now));
}
