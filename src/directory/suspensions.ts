// Suspensions of accounts by the operator, and the log of what the operator does. A suspended
// account has no session, and none is created for it.
import { and, desc, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { OperatorAction, OperatorActionKind, Suspension, UserId } from "../protocol";
import type { Database } from "./database";
import { operatorActions, suspensions } from "./safety-schema";
import { accounts } from "./schema";
import { endAllSessions } from "./sessions";

/** Returns the reason of a suspension; null if the account is not suspended. */
export async function suspensionReason(db: Database, account: UserId): Promise<string | null> {
  const rows = await db
    .select({ reason: suspensions.reason })
    .from(suspensions)
    .where(eq(suspensions.account, account));
  return rows[0]?.reason ?? null;
}

/**
 * Suspends an account and ends all of its sessions, with an entry of the log. A repeat replaces the
 * reason. Returns whether there is such an account.
 */
export async function suspend(db: Database, account: UserId, reason: string, now: number): Promise<boolean> {
  const isOpen = and(eq(accounts.id, account), isNull(accounts.erasedAt));
  const isPresent = sql`EXISTS (SELECT 1 FROM ${suspensions} s WHERE s.account = ${account})`;
  const isNew = sql`NOT EXISTS (SELECT 1 FROM ${suspensions} s WHERE s.account = ${account} AND s.reason = ${reason})`;
  const [, suspended] = await db.batch([
    db
      .insert(operatorActions)
      .select(
        sql`SELECT NULL, ${now}, 'account.suspended', ${accounts.id}, ${reason} FROM ${accounts} WHERE ${isOpen} AND ${isNew}`,
      ),
    db
      .insert(suspensions)
      .select(sql`SELECT ${accounts.id}, ${now}, ${reason} FROM ${accounts} WHERE ${isOpen}`)
      .onConflictDoUpdate({ target: suspensions.account, set: { reason } })
      .returning({ account: suspensions.account }),
    ...endAllSessions(db, account, now, isPresent),
  ]);
  return suspended.length > 0;
}

/** Lifts a suspension, with an entry of the log. Returns whether there was one. */
export async function liftSuspension(db: Database, account: UserId, now: number): Promise<boolean> {
  const [, lifted] = await db.batch([
    db.insert(operatorActions).select(
      sql`SELECT NULL, ${now}, 'suspension.lifted', ${suspensions.account}, '' FROM ${suspensions}
              WHERE ${suspensions.account} = ${account}`,
    ),
    db.delete(suspensions).where(eq(suspensions.account, account)).returning({ account: suspensions.account }),
  ]);
  return lifted.length > 0;
}

/** Returns suspensions, the newest first, after `cursor`. */
export async function listSuspensions(
  db: Database,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<Suspension[]> {
  const older =
    cursor && or(lt(suspensions.at, cursor.at), and(eq(suspensions.at, cursor.at), lt(suspensions.account, cursor.id)));
  return await db
    .select({
      user: { id: accounts.id, handle: accounts.handle, name: accounts.name },
      at: suspensions.at,
      reason: suspensions.reason,
    })
    .from(suspensions)
    .innerJoin(accounts, and(eq(accounts.id, suspensions.account), isNull(accounts.erasedAt)))
    .where(older)
    .orderBy(desc(suspensions.at), desc(suspensions.account))
    .limit(limit);
}

/** What the operator has done. */
export interface RecordedAction {
  kind: OperatorActionKind;
  target: string;
  detail: string;
}

/** Adds an entry to the log of the operator. */
export async function recordAction(db: Database, { kind, target, detail }: RecordedAction, now: number): Promise<void> {
  await db.insert(operatorActions).values({ at: now, kind, target, detail });
}

/** Returns entries of the log of the operator, the newest first: those before an id. */
export async function listActions(db: Database, limit: number, before?: number): Promise<OperatorAction[]> {
  const rows = await db
    .select({
      row: operatorActions,
      user: { id: accounts.id, handle: accounts.handle, name: accounts.name, erasedAt: accounts.erasedAt },
    })
    .from(operatorActions)
    .leftJoin(accounts, eq(accounts.id, operatorActions.target))
    .where(lt(operatorActions.id, before ?? Number.MAX_SAFE_INTEGER))
    .orderBy(desc(operatorActions.id))
    .limit(limit);
  return rows.map(({ row, user }) => ({
    ...row,
    user: user && { id: user.id, handle: user.erasedAt === null ? user.handle : "", name: user.name },
  }));
}
