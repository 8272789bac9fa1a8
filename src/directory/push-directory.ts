// The directory for the push consumer: who may be notified, on which devices, and the last result
// of each device.
import { and, eq, gt, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { Audience, DeviceSubscription, PushDirectory, Recipient } from "../domain/notification-ports";
import { type ChannelId, defaultNotifyLevel, type NotifyLevel, type UserId } from "../protocol";
import { audiencePage } from "./audience-pages";
import { type Database, openDirectory } from "./database";
import { putDeadLetter } from "./dead-letters";
import { isInGuildOf } from "./guild-access";
import { guildChannels, guildMembers } from "./guild-schema";
import { findSubscription, type PushSubscriptionRow } from "./push-subscriptions";
import { blocks } from "./safety-schema";
import { accounts, channelPreferences, memberships, pushSubscriptions, sessions } from "./schema";

export function openPushDirectory(binding: D1Database): PushDirectory {
  const db = openDirectory(binding);
  return {
    resolve: (channel, users, authors, now, shown) => resolve(db, channel, users, authors, now, shown),
    audiencePage: (channel, roles, after) => audiencePage(db, channel, roles, after),
    async find(user, id) {
      const row = await findSubscription(db, user, id);
      return row && subscriptionOf(row);
    },
    async forget(subscriptions) {
      await db.delete(pushSubscriptions).where(inArray(pushSubscriptions.id, listed(subscriptions)));
    },
    async recordResult(id, failing, againAt) {
      const isChange = or(sql`${pushSubscriptions.failing} IS NOT ${failing}`, lt(pushSubscriptions.againAt, againAt));
      await db
        .update(pushSubscriptions)
        .set({ failing, againAt: sql`max(${pushSubscriptions.againAt}, ${againAt})` })
        .where(and(eq(pushSubscriptions.id, id), isChange));
    },
    storeDeadLetter: (letter) => putDeadLetter(db, letter),
  };
}

/**
 * The most characters of a stored subscription: an endpoint or an FCM token, and what surrounds it.
 * A row that is larger is older than this limit, or damaged. It must not keep the others from being
 * read.
 */
const TARGET_CHARACTERS = 8_192;
const isReadable = sql`length(${pushSubscriptions.target}) <= ${TARGET_CHARACTERS} AND json_valid(${pushSubscriptions.target})`;

/** Binds any number of values as one parameter. */
const listed = (values: readonly string[]) => sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;

const subscriptionOf = ({ id, user, origin, againAt, target }: PushSubscriptionRow): DeviceSubscription => ({
  ...target,
  id,
  user,
  origin,
  retryAt: againAt,
});

/**
 * The authors, and the members, whose names may look like the name of an author. Of a large channel
 * only the authors.
 */
const namedWith = (channel: ChannelId, authors: readonly UserId[]) =>
  sql`(SELECT value FROM json_each(${JSON.stringify(authors)}) UNION SELECT ${memberships.user} FROM ${memberships} WHERE ${memberships.channel} = ${channel}
    UNION SELECT m.user FROM ${guildChannels} c JOIN ${guildMembers} m ON m.guild = c.guild WHERE c.channel = ${channel} AND c.large = 0)`;

async function resolve(
  db: Database,
  channel: ChannelId,
  users: readonly UserId[],
  authors: readonly UserId[],
  now: number,
  shown: readonly UserId[],
): Promise<Audience> {
  const [members, subscriptions, people] = await db.batch([
    db
      .select({
        user: accounts.id,
        presence: accounts.presence,
        previews: accounts.previews,
        quiet: accounts.quiet,
        level: sql<NotifyLevel>`coalesce(${channelPreferences.level}, ${defaultNotifyLevel})`,
        mutedUntil: sql<number>`coalesce(${channelPreferences.mutedUntil}, 0)`,
        blocked: sql`(SELECT json_group_array(b.blocked) FROM ${blocks} b
          WHERE b.blocker = ${accounts.id} AND b.blocked IN ${listed(shown)})`.mapWith((list: string): UserId[] =>
          JSON.parse(list),
        ),
      })
      .from(accounts)
      .leftJoin(
        channelPreferences,
        and(eq(channelPreferences.user, accounts.id), eq(channelPreferences.channel, channel)),
      )
      .where(
        and(
          inArray(accounts.id, listed(users)),
          isNull(accounts.erasedAt),
          sql`(EXISTS (SELECT 1 FROM ${memberships} WHERE ${memberships.channel} = ${channel} AND ${memberships.user} = ${accounts.id})
            OR ${isInGuildOf(channel, sql`${accounts.id}`)})`,
        ),
      ),
    db
      .select({ subscription: pushSubscriptions })
      .from(pushSubscriptions)
      // Expired sessions are deleted only once an hour.
      .innerJoin(sessions, and(eq(sessions.id, pushSubscriptions.session), gt(sessions.expiresAt, now)))
      .where(and(inArray(pushSubscriptions.user, listed(users)), isReadable)),
    db
      .select({ id: accounts.id, name: accounts.name, handle: accounts.handle })
      .from(accounts)
      .where(inArray(accounts.id, authors.length > 0 ? namedWith(channel, authors) : listed([]))),
  ]);
  const byUser = Map.groupBy(
    subscriptions.map(({ subscription }) => subscription),
    ({ user }) => user,
  );
  const recipients = members.map(
    (member): Recipient => ({
      ...member,
      subscriptions: (byUser.get(member.user) ?? []).map(subscriptionOf),
    }),
  );
  return { recipients, people };
}
