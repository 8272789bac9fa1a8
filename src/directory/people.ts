// Answers user objects who shares a channel with whom, and stores settings for them.
import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { alias, unionAll } from "drizzle-orm/sqlite-core";
import type { PeoplePort } from "../domain/ports";
import type { UserId } from "../protocol";
import { putBlock } from "./blocks";
import { managedKinds } from "./conditions";
import { type Database, openDirectory } from "./database";
import { sharesGuild } from "./guild-access";
import { guildMembers } from "./guild-schema";
import { putNotificationSetting } from "./notification-settings";
import { accounts, channels, memberships } from "./schema";

/**
 * Returns the people who share a channel or a guild with this person, at most `limit`. Those of
 * direct channels come first, because their lists show the name.
 */
export async function peopleWhoKnow(db: Database, me: UserId, limit: number): Promise<UserId[]> {
  const shared = alias(memberships, "shared");
  const theirs = alias(guildMembers, "theirs");
  const inChannels = db
    .select({ user: shared.user, rank: sql<number>`MIN(${channels.kind} IN ${managedKinds})`.as("rank") })
    .from(memberships)
    .innerJoin(shared, eq(shared.channel, memberships.channel))
    .innerJoin(channels, eq(channels.id, memberships.channel))
    .where(and(eq(memberships.user, me), ne(shared.user, me)))
    .groupBy(shared.user);
  const inGuilds = db
    .select({ user: theirs.user, rank: sql<number>`2`.as("rank") })
    .from(guildMembers)
    .innerJoin(theirs, eq(theirs.guild, guildMembers.guild))
    .where(and(eq(guildMembers.user, me), ne(theirs.user, me)));
  const rows = await unionAll(inChannels, inGuilds)
    .orderBy(sql`rank`)
    .limit(2 * limit);
  return [...new Set(rows.map(({ user }) => user))].slice(0, limit);
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
      )
      .union(
        openDirectory(binding)
          .selectDistinct({ user: accounts.id })
          .from(accounts)
          .where(
            and(
              inArray(accounts.id, sql`(SELECT value FROM json_each(${JSON.stringify(others)}))`),
              sharesGuild(me, sql`${accounts.id}`),
            ),
          ),
      );
    return rows.map(({ user }) => user);
  },
  saveBlock: (me, block) => putBlock(openDirectory(binding), me, block, Date.now()),
  saveNotificationSetting: (me, setting) => putNotificationSetting(openDirectory(binding), me, setting),
});
