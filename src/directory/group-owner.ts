// Ensures that a group with members has exactly one owner. The statements belong in the batch of
// the change that they follow, and carry its condition.
import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import type { ChannelId, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, memberships } from "./schema";

/** Makes the old owner an admin, whom `newOwner` replaces. */
export const demoteOldOwner = (db: Database, channel: ChannelId, newOwner: UserId | "", isAdmitted: SQL) =>
  db
    .update(memberships)
    .set({ role: "admin" })
    .where(
      and(eq(memberships.channel, channel), eq(memberships.role, "owner"), ne(memberships.user, newOwner), isAdmitted),
    );

/**
 * Appoints an owner of a group that has none: the admin who joined first, or the first member if
 * there is no admin. Members whose account is erased come last, because they are about to leave.
 */
export function appointOwner(db: Database, channel: ChannelId, isAdmitted: SQL) {
  const successor = sql`(SELECT m.user FROM ${memberships} m JOIN ${accounts} a ON a.id = m.user WHERE m.channel = ${channel}
    ORDER BY a.erased_at IS NULL DESC, m.role = 'admin' DESC, m.joined_at, m.user LIMIT 1)`;
  const hasNoOwner = sql`NOT EXISTS (SELECT 1 FROM ${memberships} m WHERE m.channel = ${channel} AND m.role = 'owner')`;
  return db
    .update(memberships)
    .set({ role: "owner" })
    .where(and(eq(memberships.channel, channel), sql`${memberships.user} = ${successor}`, hasNoOwner, isAdmitted));
}
