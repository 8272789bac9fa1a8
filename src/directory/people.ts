// Answers user objects who shares a channel with whom, and stores settings for them.
import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { PeoplePort } from "../domain/ports";
import type { UserId } from "../protocol";
import { managedKinds } from "./conditions";
import { type Database, openDirectory } from "./database";
import { putNotificationSetting } from "./notification-settings";
import { channels, memberships } from "./schema";

/**
 * Returns the people who share a channel with this person, at most `limit`. Those of direct
 * channels come first, because their lists show the name.
 */
export async function peopleWhoKnow(db: Database, me: UserId, limit: number): Promise<UserId[]> {
  const shared = alias(memberships, "shared");
  const rows = await db
    .select({ user: shared.user })
    .from(memberships)
    .innerJoin(shared, eq(shared.channel, memberships.channel))
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(and(eq(memberships.user, me), ne(shared.user, me)))
    .groupBy(shared.user)
    .orderBy(sql`MIN(${channels.kind} IN ${managedKinds})`)
    .limit(limit);
  return rows.map(({ user }) => user);
}

export const openPeople = (binding: D1Database): PeoplePort => ({
  async sharing(me: UserId, others: UserId[]): Promise<UserId[]> {
    const shared = alias(memberships, "shared");
    const rows = await openDirectory(binding)
      .selectDistinct({ user: shared.user })
      .from(memberships)
      .innerJoin(shared, eq(shared.channel, memberships.channel))
      .where(
        and(
          eq(memberships.user, me),
          inArray(shared.user, sql`(SELECT value FROM json_each(${JSON.stringify(others)}))`),
        ),
      );
    return rows.map(({ user }) => user);
  },
  saveNotificationSetting: (me, setting) => putNotificationSetting(openDirectory(binding), me, setting),
});
