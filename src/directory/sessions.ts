// Sessions: sign-ins, known by the SHA-256 of a reference token. Ending one raises the account's `tokensFrom` in the same batch and
// leaves a row in the outbox for every object that may hold one of its sockets.
import { and, desc, eq, gt, inArray, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { SessionId, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channels, memberships, pushSubscriptions, rosterOutbox, sessions } from "./schema";

export type SessionRow = typeof sessions.$inferSelect;

/**
 * Opens a session for whoever knew `passwordHash`; false where the password has been changed since it was checked, so that a sign-in
 * under way does not survive the change.
 */
export async function createSession(db: Database, session: SessionRow, passwordHash: string): Promise<boolean> {
  const { id, account, tokenHash, agent, createdAt, seenAt, expiresAt } = session;
  const made = await db
    .insert(sessions)
    .select(
      sql`SELECT ${id}, ${account}, ${tokenHash}, ${agent}, ${createdAt}, ${seenAt}, ${expiresAt} FROM ${accounts}
            WHERE ${accounts.id} = ${account} AND ${accounts.passwordHash} = ${passwordHash}`,
    )
    .returning({ id: sessions.id });
  return made.length === 1;
}

/** The session of a token with its account, unless it has expired. */
export async function findSession(db: Database, tokenHash: string, now: number) {
  const rows = await db
    .select({ session: sessions, account: accounts })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.account))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now), isNull(accounts.erasedAt)))
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

/** The sessions an end reaches: one, all but the one that stays, or all. */
export type Ending = { only: SessionId } | { except: SessionId; passwordHash: string } | "all";

/** Longer than any request, and than the difference of two machines' clocks: no token made meanwhile is newer. */
const MARGIN_MS = 60_000;

/**
 * Ends sessions and answers the ids of those that ended. Everything that must follow (objects that close sockets) stands in the outbox
 * when this returns; nothing is left to the caller's luck.
 */
export async function endSessions(db: Database, account: UserId, ending: Ending, now: number): Promise<SessionId[]> {
  const one = ending !== "all" && "only" in ending ? ending : null;
  const rest = ending !== "all" && "except" in ending ? ending : null;
  const which = one ? eq(sessions.id, one.only) : rest ? ne(sessions.id, rest.except) : undefined;
  const reached = and(eq(sessions.account, account), which);
  if (one && (await db.select({ id: sessions.id }).from(sessions).where(reached).limit(1)).length === 0) return [];
  const mine = db.select({ channel: memberships.channel }).from(memberships).where(eq(memberships.user, account));
  // Rises whatever the clock says: another machine's may have been ahead.
  const tokensFrom = sql`max(${accounts.tokensFrom} + 1, ${now + MARGIN_MS})`;
  const change = rest ? { passwordHash: rest.passwordHash, tokensFrom } : { tokensFrom };
  // A row an object even where no session ended: the token time has risen.
  const ended = sql`(SELECT ${sessions.id} AS session FROM ${sessions} WHERE ${reached} UNION ALL SELECT '')`;
  const results = await db.batch([
    db.update(accounts).set(change).where(eq(accounts.id, account)),
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(inArray(channels.id, mine)),
    db.insert(rosterOutbox).select(
      sql`SELECT ${channels.id}, ${channels.revision}, session, '', '', ${now} FROM ${channels}, ${ended}
            WHERE ${channels.id} IN ${mine}`,
    ),
    db.insert(rosterOutbox).select(
      sql`SELECT ${accounts.id}, ${accounts.tokensFrom}, session, '', '', ${now} FROM ${accounts}, ${ended}
            WHERE ${accounts.id} = ${account}`,
    ),
    // A device is told as long as its session lasts.
    db
      .delete(pushSubscriptions)
      .where(inArray(pushSubscriptions.session, db.select({ id: sessions.id }).from(sessions).where(reached))),
    // By the same condition, in the same transaction: a session that was opened meanwhile ends too.
    db.delete(sessions).where(reached).returning({ id: sessions.id }),
  ]);
  return results[5].map((row) => row.id);
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
  const isOver = lt(sessions.expiresAt, now);
  await db.batch([
    db
      .delete(pushSubscriptions)
      .where(inArray(pushSubscriptions.session, db.select({ id: sessions.id }).from(sessions).where(isOver))),
    db.delete(sessions).where(isOver),
  ]);
}
