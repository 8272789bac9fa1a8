// Ensures that a group with members has exactly one owner. The statements belong in the batch of
// the change that they follow.
import { and, eq, ne, sql } from "drizzle-orm";
import type { ChannelId, UserId } from "../protocol";
import type { Database } from "./database";
import { memberships } from "./schema";

/** Makes the old owner an admin if `newOwner` replaces them. Null changes nothing. */
export const demoteOldOwner = (db: Database, channel: ChannelId, newOwner: UserId | "" | null) =>
  db
    .update(memberships)
    .set({ role: "admin" })
    .where(
      and(
        eq(memberships.channel, channel),
        eq(memberships.role, "owner"),
        newOwner === null ? sql`false` : ne(memberships.user, newOwner),
      ),
    );

/**
 * Appoints an owner of a group that has none: the admin who joined first, or the first member if
 * there is no admin.
 */
export function appointOwner(db: Database, channel: ChannelId) {
  const successor = sql`(SELECT user FROM ${memberships} WHERE ${memberships.channel} = ${channel}
    ORDER BY role = 'admin' DESC, joined_at, user LIMIT 1)`;
  const hasNoOwner = sql`NOT EXISTS (SELECT 1 FROM ${memberships} m WHERE m.channel = ${channel} AND m.role = 'owner')`;
  return db
    .update(memberships)
    .set({ role: "owner" })
    .where(and(eq(memberships.channel, channel), sql`${memberships.user} = ${successor}`, hasNoOwner));
}
