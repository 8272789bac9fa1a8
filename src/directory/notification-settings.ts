// Stores a person's notification settings for the push consumer. Devices read them from the user
// object.
import { eq } from "drizzle-orm";
import type { ChannelId, NotificationSettings, NotifyLevel, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channelPreferences } from "./schema";

export async function putNotificationSettings(
  db: Database,
  user: UserId,
  settings: NotificationSettings,
): Promise<void> {
  await db.update(accounts).set(settings).where(eq(accounts.id, user));
}

/** Changes the notify level or the mute of one channel. */
export async function putChannelPreference(
  db: Database,
  user: UserId,
  channel: ChannelId,
  change: { level: NotifyLevel } | { mutedUntil: number },
): Promise<void> {
  await db
    .insert(channelPreferences)
    .values({ user, channel, ...change })
    .onConflictDoUpdate({ target: [channelPreferences.user, channelPreferences.channel], set: change });
}
