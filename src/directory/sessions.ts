// Sessions, found by the SHA-256 of their token. Ending a session raises the account's `tokensFrom`
// in the same batch and adds a row for every object that may hold one of its sockets.
import { and, desc, eq, exists, gt, inArray, isNull, lt, ne, notInArray, or, type SQL, sql } from "drizzle-orm";
import type { SessionId, UserId } from "../protocol";
import type { Database } from "./database";
import { addEndings } from "./ended-sessions";
import { suspensions } from "./safety-schema";
import { accounts, pushSubscriptions, sessions } from "./schema";

export type SessionRow = typeof sessions.$inferSelect;

/**
 * Creates a session. Returns false if the password was changed since it was checked against
 * `passwordHash`, or if the account is suspended.
 */
export async function createSession(db: Database, session: SessionRow, passwordHash: string): Promise<boolean> {
  const { id, account, tokenHash, agent, createdAt, seenAt, expiresAt } = session;
  const created = await db
    .insert(sessions)
    .select(
      sql`SELECT ${id}, ${account}, ${tokenHash}, ${agent}, ${createdAt}, ${seenAt}, ${expiresAt} FROM ${accounts}
            WHERE ${accounts.id} = ${account} AND ${accounts.passwordHash} = ${passwordHash}
              AND NOT EXISTS (SELECT 1 FROM ${suspensions} WHERE ${suspensions.account} = ${account})`,
    )
    .returning({ id: sessions.id });
  return created.length === 1;
}

/** Returns the unexpired session of a token, with its account. */
export async function findSession(db: Database, tokenHash: string, now: number) {
  const rows = await db
    .select({ session: sessions, account: accounts })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.account))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now), isNull(accounts.erasedAt)))
    .limit(1);
  return rows[0] ?? null;
}

/**
 * Returns whether the session has not ended and the account's token cutoff is before `issuedAt`.
 */
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

/**
 * Returns sessions, newest first, after `cursor` (`createdAt` and id of the last item of the page
 * before).
 */
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

/** Which sessions end: one, the oldest beyond a number, or all. */
export type SessionsToEnd = { only: SessionId } | { beyond: number } | "all";

/**
 * How far the token cutoff is raised beyond the present time. Longer than any request and than the
 * clocks of two machines differ, so that no token made meanwhile is newer.
 */
const MARGIN_MS = 60_000;

/** Returns the raised token cutoff. It rises even if the clock of another machine was ahead. */
const raisedCutoff = (now: number) => sql`max(${accounts.tokensFrom} + 1, ${now + MARGIN_MS})`;

/** Returns the statements that end sessions, after the one that raises the token cutoff. */
const endingStatements = (db: Database, account: UserId, isEnding: SQL | undefined, now: number, guard: SQL) =>
  [
    addEndings(db, account, now, guard),
    // A subscription ends with its session.
    db
      .delete(pushSubscriptions)
      .where(inArray(pushSubscriptions.session, db.select({ id: sessions.id }).from(sessions).where(isEnding))),
    // By the same condition in the same transaction, so that a session opened meanwhile ends too.
    db.delete(sessions).where(isEnding).returning({ id: sessions.id }),
  ] as const;

/**
 * Ends sessions and returns their ids. When this returns, `ended_sessions` holds a row for every
 * object that has to close sockets.
 */
export async function endSessions(
  db: Database,
  account: UserId,
  which: SessionsToEnd,
  now: number,
): Promise<SessionId[]> {
  const isEnding = and(eq(sessions.account, account), which === "all" ? undefined : chosenBy(db, account, which));
  // The end of all sessions raises the token cutoff even if there is none.
  if (which !== "all" && (await db.select({ id: sessions.id }).from(sessions).where(isEnding).limit(1)).length === 0)
    return [];
  const [, , , ended] = await db.batch([
    db
      .update(accounts)
      .set({ tokensFrom: raisedCutoff(now) })
      .where(eq(accounts.id, account)),
    ...endingStatements(db, account, isEnding, now, sql`true`),
  ]);
  return ended.map((row) => row.id);
}

/**
 * Returns the statements that end all sessions of an account if `guard` holds, for a batch that
 * makes another change too. They raise the token cutoff even if there is no session.
 */
export const endAllSessions = (db: Database, account: UserId, now: number, guard: SQL) =>
  [
    db
      .update(accounts)
      .set({ tokensFrom: raisedCutoff(now) })
      .where(and(eq(accounts.id, account), guard)),
    ...endingStatements(db, account, and(eq(sessions.account, account), guard), now, guard),
  ] as const;

function chosenBy(db: Database, account: UserId, which: Exclude<SessionsToEnd, "all">): SQL {
  if ("only" in which) return eq(sessions.id, which.only);
  const newest = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.account, account))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(which.beyond);
  return notInArray(sessions.id, newest);
}

/** A change of a password by one of the account's sessions. */
export interface PasswordChange {
  account: UserId;
  session: SessionId;
  /** The hash that the current password was checked against. */
  checkedHash: string;
  /** The hash of the new password. It has a salt, so no other change has the same hash. */
  passwordHash: string;
  /** The SHA-256 of the token that replaces the session's token. */
  tokenHash: string;
}

/**
 * Changes the password, ends every other session and replaces the token of this one. Returns false,
 * and changes nothing, if the password was changed or the session ended since they were checked.
 */
export async function changePassword(db: Database, change: PasswordChange, now: number): Promise<boolean> {
  const { account, session, checkedHash, passwordHash, tokenHash } = change;
  const ownSession = db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, session));
  const isChanged = sql`EXISTS (SELECT 1 FROM ${accounts} WHERE ${accounts.id} = ${account} AND ${accounts.passwordHash} = ${passwordHash})`;
  const isEnding = and(eq(sessions.account, account), ne(sessions.id, session), isChanged);
  const [changed] = await db.batch([
    db
      .update(accounts)
      .set({ passwordHash, tokensFrom: raisedCutoff(now) })
      .where(and(eq(accounts.id, account), eq(accounts.passwordHash, checkedHash), exists(ownSession)))
      .returning({ id: accounts.id }),
    ...endingStatements(db, account, isEnding, now, isChanged),
    db
      .update(sessions)
      .set({ tokenHash })
      .where(and(eq(sessions.id, session), isChanged)),
  ]);
  return changed.length === 1;
}

/** Deletes expired sessions and their subscriptions. */
export async function pruneSessions(db: Database, now: number): Promise<void> {
  const isExpired = lt(sessions.expiresAt, now);
  await db.batch([
    db
      .delete(pushSubscriptions)
      .where(inArray(pushSubscriptions.session, db.select({ id: sessions.id }).from(sessions).where(isExpired))),
    db.delete(sessions).where(isExpired),
  ]);
}
