// Stores a person's notification settings for the push consumer. Devices read them from the user
// object, which writes them here.
import { and, eq, sql } from "drizzle-orm";
import type { NotificationSetting } from "../domain/ports";
import type { ChannelId, NotifyLevel, UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channelPreferences, memberships } from "./schema";

export async function putNotificationSetting(db: Database, user: UserId, setting: NotificationSetting): Promise<void> {
  if (setting.kind === "notifications") {
    await db.update(accounts).set(setting.notifications).where(eq(accounts.id, user));
  } else if (setting.kind === "mute") {
    await putChannelPreference(db, user, setting.mute.channel, { mutedUntil: setting.mute.until });
  } else await putChannelPreference(db, user, setting.level.channel, { level: setting.level.level });
}

/** Changes the notify level or the mute of one channel, as long as the person is a member. */
async function putChannelPreference(
  db: Database,
  user: UserId,
  channel: ChannelId,
  change: { level: NotifyLevel } | { mutedUntil: number },
): Promise<void> {
  const { level, mutedUntil } = { level: "all" as const, mutedUntil: 0, ...change };
  const ofMember = db
    .select({
      user: memberships.user,
      channel: memberships.channel,
      level: sql<NotifyLevel>`${level}`.as("level"),
      mutedUntil: sql<number>`${mutedUntil}`.as("muted_until"),
    })
    .from(memberships)
    .where(and(eq(memberships.user, user), eq(memberships.channel, channel)));
  await db
    .insert(channelPreferences)
    .select(ofMember)
    .onConflictDoUpdate({ target: [channelPreferences.user, channelPreferences.channel], set: change });
}
