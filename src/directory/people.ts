// Answers user objects who shares a channel with whom, and stores settings for them.
import { and, eq, inArray, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { PeoplePort } from "../domain/ports";
import type { UserId } from "../protocol";
import { openDirectory } from "./database";
import { putNotificationSetting } from "./notification-settings";
import { memberships } from "./schema";

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
