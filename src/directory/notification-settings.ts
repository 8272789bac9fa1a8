// Stores a person's notification settings for the push consumer. Devices read them from the user
// object.
import { and, eq, isNull, sql } from "drizzle-orm";
import type { ChannelId, NotificationSettings, NotifyLevel, UserId } from "../protocol";
import { isMember, isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { accounts, channelPreferences } from "./schema";

/** Stores the settings. An erased account stays as it is. */
export async function putNotificationSettings(
  db: Database,
  user: UserId,
  settings: NotificationSettings,
): Promise<void> {
  await db
    .update(accounts)
    .set(settings)
    .where(and(eq(accounts.id, user), isNull(accounts.erasedAt)));
}

/**
 * Changes the notify level or the mute of one channel. Changes nothing if the person is no member
 * or their account is erased.
 */
export async function putChannelPreference(
  db: Database,
  user: UserId,
  channel: ChannelId,
  change: { level: NotifyLevel } | { mutedUntil: number },
): Promise<void> {
  const { level, mutedUntil } = { level: "all", mutedUntil: 0, ...change };
  await db
    .insert(channelPreferences)
    .select(
      sql`SELECT ${user}, ${channel}, ${level}, ${mutedUntil} WHERE ${and(isMember(channel, user), isOpenAccount(user))}`,
    )
    .onConflictDoUpdate({ target: [channelPreferences.user, channelPreferences.channel], set: change });
}
