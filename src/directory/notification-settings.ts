// Stores a person's notification settings for the push consumer. Devices read them from the user
// object, which writes them here.
import { and, eq, isNull, sql } from "drizzle-orm";
import type { NotificationSetting } from "../domain/ports";
import { type ChannelId, defaultNotifyLevel, type NotifyLevel, type UserId } from "../protocol";
import { isMember, isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { isInGuildOf } from "./guild-access";
import { accounts, channelPreferences } from "./schema";

/** Stores a setting. An erased account, and a channel that the person left, stay as they are. */
export async function putNotificationSetting(db: Database, user: UserId, setting: NotificationSetting): Promise<void> {
  if (setting.kind === "notifications") {
    await db
      .update(accounts)
      .set(setting.notifications)
      .where(and(eq(accounts.id, user), isNull(accounts.erasedAt)));
  } else if (setting.kind === "mute") {
    await putChannelPreference(db, user, setting.mute.channel, { mutedUntil: setting.mute.until });
  } else await putChannelPreference(db, user, setting.level.channel, { level: setting.level.level });
}

/**
 * Changes the notify level or the mute of one channel. Changes nothing if the person is no member
 * or their account is erased.
 */
async function putChannelPreference(
  db: Database,
  user: UserId,
  channel: ChannelId,
  change: { level: NotifyLevel } | { mutedUntil: number },
): Promise<void> {
  const { level, mutedUntil } = { level: defaultNotifyLevel, mutedUntil: 0, ...change };
  await db
    .insert(channelPreferences)
    .select(
      sql`SELECT ${user}, ${channel}, ${level}, ${mutedUntil}
            WHERE (${isMember(channel, user)} OR ${isInGuildOf(channel, sql`${user}`)}) AND ${isOpenAccount(user)}`,
    )
    .onConflictDoUpdate({ target: [channelPreferences.user, channelPreferences.channel], set: change });
}
