// Ended sessions that objects have not confirmed: one row for each object that may hold a socket of
// the account or accept its access tokens. A confirmation deletes the row. What a row delivers is
// read at the time of the delivery, so that a later end of another session needs no further row.
import { and, asc, eq, gt, inArray, lte, ne, or, type SQL, sql } from "drizzle-orm";
import type { EndedSessions } from "../domain/ports";
import { limits, type UserId } from "../protocol";
import type { Database } from "./database";
import { channelsOfGuilds } from "./guild-access";
import { guildChannels, guildMembers, guildOutbox } from "./guild-schema";
import { afterFailure, FIRST_RETRY_MS } from "./retry-times";
import { accounts, endedSessions, formerMemberships, memberships, rosterOutbox, sessions } from "./schema";

/** One object that has not confirmed, with what it must apply. */
export interface PendingEnding {
  /** A channel, a guild or the user. */
  object: string;
  /** The token cutoff of the row when it was read. */
  rowTokensFrom: number;
  ended: EndedSessions;
}

/**
 * Returns the statement that adds a row for every object of an account: the user object, its
 * guilds and channels, and the channels that have not yet confirmed that the account has left. Run
 * it in the batch that raises the token cutoff. `guard` is the condition under which the batch
 * takes effect.
 */
export const addEndings = (db: Database, account: UserId, now: number, guard: SQL) =>
  db
    .insert(endedSessions)
    .select(
      sql`SELECT ${accounts.id}, object, ${accounts.tokensFrom}, ${now + FIRST_RETRY_MS}, 0 FROM ${accounts}, (
            SELECT ${account} AS object
            UNION SELECT ${memberships.channel} FROM ${memberships} WHERE ${memberships.user} = ${account}
            UNION ${channelsOfGuilds(account)}
            UNION SELECT ${guildMembers.guild} FROM ${guildMembers} WHERE ${guildMembers.user} = ${account}
            UNION SELECT ${formerMemberships.channel} FROM ${formerMemberships}
              WHERE ${formerMemberships.user} = ${account} AND EXISTS
                (SELECT 1 FROM ${rosterOutbox} WHERE ${rosterOutbox.object} = ${formerMemberships.channel}
                 UNION ALL SELECT 1 FROM ${guildChannels} c JOIN ${guildOutbox} o ON o.guild = c.guild
                   WHERE c.channel = ${formerMemberships.channel})
          ) WHERE ${accounts.id} = ${account} AND ${guard}`,
    )
    .onConflictDoUpdate({
      target: [endedSessions.account, endedSessions.object],
      set: { tokensFrom: sql`max(tokens_from, excluded.tokens_from)`, nextAt: sql`excluded.next_at` },
    });

/** Which rows to load: those of one account, those that are due at a time, or both. */
export interface EndingSelection {
  account?: UserId;
  dueAt?: number;
  limit: number;
}

/**
 * Loads rows with what they deliver, in one transaction: the row of the user object first, then by
 * the time at which they are due.
 */
export async function loadEndings(
  db: Database,
  { account, dueAt, limit }: EndingSelection,
  now: number,
): Promise<PendingEnding[]> {
  const condition = and(
    account === undefined ? undefined : eq(endedSessions.account, account),
    dueAt === undefined ? undefined : lte(endedSessions.nextAt, dueAt),
  );
  const order = [...(account === undefined ? [] : [ne(endedSessions.object, account)]), asc(endedSessions.nextAt)];
  const chosen = db
    .select({ account: endedSessions.account })
    .from(endedSessions)
    .where(condition)
    .orderBy(...order)
    .limit(limit);
  const [rows, cutoffs, open] = await db.batch([
    db
      .select()
      .from(endedSessions)
      .where(condition)
      .orderBy(...order)
      .limit(limit),
    db.select({ id: accounts.id, tokensFrom: accounts.tokensFrom }).from(accounts).where(inArray(accounts.id, chosen)),
    db
      .select({ id: sessions.id, account: sessions.account })
      .from(sessions)
      .where(and(inArray(sessions.account, chosen), gt(sessions.expiresAt, now))),
  ]);
  const openOf = Map.groupBy(open, (session) => session.account);
  const endedOf = new Map(
    cutoffs.map(({ id, tokensFrom }): [string, EndedSessions] => [
      id,
      { user: id, tokensFrom, openSessions: (openOf.get(id) ?? []).map((session) => session.id) },
    ]),
  );
  return rows.flatMap((row) => {
    const ended = endedOf.get(row.account);
    return ended ? [{ object: row.object, rowTokensFrom: row.tokensFrom, ended }] : [];
  });
}

/**
 * Records the results of deliveries: deletes the rows of the confirmed objects, unless another
 * session has ended since they were read, and postpones those that failed.
 */
export async function recordEndings(
  db: Database,
  confirmed: readonly PendingEnding[],
  failed: readonly PendingEnding[],
  now: number,
): Promise<void> {
  const keyOf = ({ ended, object, rowTokensFrom }: PendingEnding) => [ended.user, object, rowTokensFrom];
  const keys = (endings: readonly PendingEnding[]) => JSON.stringify(endings.map(keyOf));
  await db.batch([
    db.delete(endedSessions).where(
      sql`(${endedSessions.account}, ${endedSessions.object}, ${endedSessions.tokensFrom}) IN
            (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${keys(confirmed)}))`,
    ),
    db
      .update(endedSessions)
      .set(afterFailure(endedSessions.failures, now, limits.pendingMs))
      .where(
        sql`(${endedSessions.account}, ${endedSessions.object}) IN
              (SELECT value ->> 0, value ->> 1 FROM json_each(${keys(failed)}))`,
      ),
  ]);
}

/** Returns how many objects of an account have not confirmed, and when the first is due again. */
export async function remainingEndings(
  db: Database,
  account: UserId,
): Promise<{ pending: number; nextAt: number | null }> {
  const rows = await db
    .select({ pending: sql<number>`count(*)`, nextAt: sql<number | null>`min(${endedSessions.nextAt})` })
    .from(endedSessions)
    .where(eq(endedSessions.account, account));
  return rows[0] ?? { pending: 0, nextAt: null };
}

/**
 * Converts what an earlier version left in the roster outbox: a row for each ended session and
 * object. The rows do not name the account, so every member of the channel gets a row, which does
 * no harm.
 */
export async function convertOldEndings(db: Database, now: number): Promise<void> {
  const ofUser = sql`substr(${rosterOutbox.object}, 1, 2) = 'u_'`;
  const ofSession = ne(rosterOutbox.session, "");
  await db.batch([
    db
      .insert(endedSessions)
      .select(
        sql`SELECT ${accounts.id}, ${accounts.id}, ${accounts.tokensFrom}, ${now}, 0
              FROM ${rosterOutbox} JOIN ${accounts} ON ${accounts.id} = ${rosterOutbox.object} WHERE ${ofUser}`,
      )
      .onConflictDoNothing(),
    db
      .insert(endedSessions)
      .select(
        sql`SELECT ${accounts.id}, ${rosterOutbox.object}, ${accounts.tokensFrom}, ${now}, 0
              FROM ${rosterOutbox} JOIN ${memberships} ON ${memberships.channel} = ${rosterOutbox.object}
              JOIN ${accounts} ON ${accounts.id} = ${memberships.user} WHERE ${ofSession}`,
      )
      .onConflictDoNothing(),
    db.delete(rosterOutbox).where(or(ofUser, ofSession)),
  ]);
}
