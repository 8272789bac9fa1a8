// The owner of a group: exactly one, as long as it has members. The statements belong into the
// batch of the change that they follow.
import { and, eq, ne, sql } from "drizzle-orm";
import type { ChannelId, UserId } from "../protocol";
import type { Database } from "./database";
import { memberships } from "./schema";

/** A new owner replaces the old one, who becomes an admin. Null changes nothing. */
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
 * A group without an owner gets one: the admin who joined first, or the first member where there is
 * no admin.
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
