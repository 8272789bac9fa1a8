// Sessions, found by the SHA-256 of their token. Ending a session raises the account's `tokensFrom`
// in the same batch and adds an outbox row for every object that may hold one of its sockets.
import { and, desc, eq, gt, inArray, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { SessionId, UserId } from "../protocol";
import type { Database } from "./database";
import { FIRST_RETRY_MS } from "./roster-outbox";
import { accounts, channels, memberships, pushSubscriptions, rosterOutbox, sessions } from "./schema";

export type SessionRow = typeof sessions.$inferSelect;

/**
 * Creates a session. Returns false if the password was changed since it was checked against
 * `passwordHash`.
 */
export async function createSession(db: Database, session: SessionRow, passwordHash: string): Promise<boolean> {
  const { id, account, tokenHash, agent, createdAt, seenAt, expiresAt } = session;
  const created = await db
    .insert(sessions)
    .select(
      sql`SELECT ${id}, ${account}, ${tokenHash}, ${agent}, ${createdAt}, ${seenAt}, ${expiresAt} FROM ${accounts}
            WHERE ${accounts.id} = ${account} AND ${accounts.passwordHash} = ${passwordHash}`,
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

/** Which sessions end: one, all but one (with a new password), or all. */
export type SessionsToEnd = { only: SessionId } | { except: SessionId; passwordHash: string } | "all";

/**
 * How far the token cutoff is raised beyond the present time. Longer than any request and than the
 * clocks of two machines differ, so that no token made meanwhile is newer.
 */
const MARGIN_MS = 60_000;

/**
 * Ends sessions and returns their ids. When this returns, the outbox holds a row for every object
 * that has to close sockets.
 */
export async function endSessions(
  db: Database,
  account: UserId,
  which: SessionsToEnd,
  now: number,
): Promise<SessionId[]> {
  const one = which !== "all" && "only" in which ? which : null;
  const rest = which !== "all" && "except" in which ? which : null;
  const chosen = one ? eq(sessions.id, one.only) : rest ? ne(sessions.id, rest.except) : undefined;
  const isEnding = and(eq(sessions.account, account), chosen);
  if (one && (await db.select({ id: sessions.id }).from(sessions).where(isEnding).limit(1)).length === 0) return [];
  const ownChannels = db
    .select({ channel: memberships.channel })
    .from(memberships)
    .where(eq(memberships.user, account));
  // Rises even if the clock of another machine was ahead.
  const tokensFrom = sql`max(${accounts.tokensFrom} + 1, ${now + MARGIN_MS})`;
  const change = rest ? { passwordHash: rest.passwordHash, tokensFrom } : { tokensFrom };
  // One row for each object even if no session ended, because the token cutoff has risen.
  const ended = sql`(SELECT ${sessions.id} AS session FROM ${sessions} WHERE ${isEnding} UNION ALL SELECT '')`;
  const results = await db.batch([
    db.update(accounts).set(change).where(eq(accounts.id, account)),
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(inArray(channels.id, ownChannels)),
    db.insert(rosterOutbox).select(
      sql`SELECT ${channels.id}, ${channels.revision}, session, '', '', ${now}, ${now + FIRST_RETRY_MS}, 0 FROM ${channels}, ${ended}
            WHERE ${channels.id} IN ${ownChannels}`,
    ),
    db.insert(rosterOutbox).select(
      sql`SELECT ${accounts.id}, ${accounts.tokensFrom}, session, '', '', ${now}, ${now + FIRST_RETRY_MS}, 0 FROM ${accounts}, ${ended}
            WHERE ${accounts.id} = ${account}`,
    ),
    // A subscription ends with its session.
    db
      .delete(pushSubscriptions)
      .where(inArray(pushSubscriptions.session, db.select({ id: sessions.id }).from(sessions).where(isEnding))),
    // By the same condition in the same transaction, so that a session opened meanwhile ends too.
    db.delete(sessions).where(isEnding).returning({ id: sessions.id }),
  ]);
  return results[5].map((row) => row.id);
}

/** Returns the next-oldest sessions beyond the newest `keep`, at most `keep` of them. */
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
