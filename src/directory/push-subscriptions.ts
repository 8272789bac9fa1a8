// Devices that are told by push, and how loudly: what the consumer of the queue and the person themselves ask and change.
import { and, count, desc, eq, gt, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { Audience, DeviceSubscription, PushDirectory, Recipient } from "../domain/notification-ports";
import {
  type ChannelId,
  type DeadLetter,
  limits,
  type NotificationSettings,
  type NotifyLevel,
  type SubscribePush,
  type UserId,
} from "../protocol";
import { type Database, openDirectory } from "./database";
import { accounts, deadLetters, memberships, notifyChannels, pushSubscriptions, sessions } from "./schema";

export type PushSubscriptionRow = typeof pushSubscriptions.$inferSelect;

const listed = (values: readonly string[]) => sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;

/** Of a browser its endpoint, of an app its token: what tells one device from another. */
const addressOf = (target: SubscribePush): string => (target.kind === "web" ? target.endpoint : target.token);

/**
 * Adds a device or renews it, whoever had it before; beyond `pushDevices` the oldest of its person goes. Null where the session has ended meanwhile: a
 * device ends with its session.
 */
export async function putSubscription(
  db: Database,
  subscription: Omit<PushSubscriptionRow, "address" | "failing" | "againAt">,
): Promise<PushSubscriptionRow | null> {
  const row = { ...subscription, address: addressOf(subscription.target) };
  const { id, user, session, address, target, name, origin, createdAt } = row;
  const isOpen = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE ${sessions.id} = ${session} AND ${sessions.account} = ${user})`;
  const mine = eq(pushSubscriptions.user, user);
  const kept = db
    .select({ id: pushSubscriptions.id })
    .from(pushSubscriptions)
    .where(mine)
    .orderBy(desc(pushSubscriptions.createdAt), desc(pushSubscriptions.id))
    .limit(limits.pushDevices);
  const [put] = await db.batch([
    db
      .insert(pushSubscriptions)
      .select(
        sql`SELECT ${id}, ${user}, ${session}, ${address}, ${JSON.stringify(target)}, ${name}, ${origin}, ${createdAt}, NULL, 0 WHERE ${isOpen}`,
      )
      .onConflictDoUpdate({
        target: pushSubscriptions.address,
        set: { user, session, target, name, origin, failing: null },
      })
      .returning(),
    db.delete(pushSubscriptions).where(and(mine, sql`${pushSubscriptions.id} NOT IN ${kept}`)),
  ]);
  return put[0] ?? null;
}

/** Newest first. */
export async function listSubscriptions(db: Database, user: UserId): Promise<PushSubscriptionRow[]> {
  return await db
    .select()
    .from(pushSubscriptions)
    .where(eq(pushSubscriptions.user, user))
    .orderBy(desc(pushSubscriptions.createdAt), desc(pushSubscriptions.id))
    .limit(limits.pushDevices);
}

/** False where it is not theirs, or gone. */
export async function removeSubscription(db: Database, user: UserId, id: string): Promise<boolean> {
  const mine = and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.user, user));
  return (await db.delete(pushSubscriptions).where(mine).returning({ id: pushSubscriptions.id })).length === 1;
}

export async function findSubscription(db: Database, user: UserId, id: string): Promise<PushSubscriptionRow | null> {
  const mine = and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.user, user));
  return (await db.select().from(pushSubscriptions).where(mine).limit(1))[0] ?? null;
}

export async function putNotifications(db: Database, user: UserId, settings: NotificationSettings): Promise<void> {
  await db.update(accounts).set(settings).where(eq(accounts.id, user));
}

/** How loudly somebody wants to be told of one channel: a change of one of both. */
export async function putLoudness(
  db: Database,
  user: UserId,
  channel: ChannelId,
  change: { level: NotifyLevel } | { mutedUntil: number },
): Promise<void> {
  await db
    .insert(notifyChannels)
    .values({ user, channel, ...change })
    .onConflictDoUpdate({ target: [notifyChannels.user, notifyChannels.channel], set: change });
}

/** Jobs that were given up, newest first, after `cursor`. */
export async function listDeadLetters(db: Database, limit: number, cursor?: { at: number; id: string }) {
  const older = cursor
    ? or(lt(deadLetters.at, cursor.at), and(eq(deadLetters.at, cursor.at), lt(deadLetters.id, cursor.id)))
    : undefined;
  return await db
    .select()
    .from(deadLetters)
    .where(older)
    .orderBy(desc(deadLetters.at), desc(deadLetters.id))
    .limit(limit);
}

export async function countDevices(db: Database): Promise<{ devices: number; failing: number }> {
  const [all, failing] = await db.batch([
    db.select({ count: count() }).from(pushSubscriptions),
    db.select({ count: count() }).from(pushSubscriptions).where(isNotNull(pushSubscriptions.failing)),
  ]);
  return { devices: all[0]?.count ?? 0, failing: failing[0]?.count ?? 0 };
}

export async function pruneDeadLetters(db: Database, now: number): Promise<void> {
  await db.delete(deadLetters).where(lt(deadLetters.at, now - limits.deadLettersMs));
}

/** The directory as the consumer may ask it. */
export function openPushDirectory(binding: D1Database): PushDirectory {
  const db = openDirectory(binding);
  return {
    resolve: (channel, users, authors, now) => resolve(db, channel, users, authors, now),
    async find(user, id) {
      const row = await findSubscription(db, user, id);
      return row && subscriptionOf(row);
    },
    async forget(subscriptions) {
      await db.delete(pushSubscriptions).where(inArray(pushSubscriptions.id, listed(subscriptions)));
    },
    async remark(id, failing, againAt) {
      const isNews = or(sql`${pushSubscriptions.failing} IS NOT ${failing}`, lt(pushSubscriptions.againAt, againAt));
      await db
        .update(pushSubscriptions)
        .set({ failing, againAt: sql`max(${pushSubscriptions.againAt}, ${againAt})` })
        .where(and(eq(pushSubscriptions.id, id), isNews));
    },
    async bury(letter: DeadLetter) {
      const { at, attempts, detail } = letter;
      await db
        .insert(deadLetters)
        .values(letter)
        .onConflictDoUpdate({ target: deadLetters.id, set: { at, attempts, detail } });
    },
  };
}

const subscriptionOf = ({ id, user, origin, againAt, target }: PushSubscriptionRow): DeviceSubscription => ({
  ...target,
  id,
  user,
  origin,
  againAt,
});

async function resolve(
  db: Database,
  channel: ChannelId,
  users: readonly UserId[],
  authors: readonly UserId[],
  now: number,
): Promise<Audience> {
  const [people, subscriptions, named] = await db.batch([
    db
      .select({
        user: accounts.id,
        presence: accounts.presence,
        previews: accounts.previews,
        quiet: accounts.quiet,
        level: sql<NotifyLevel>`coalesce(${notifyChannels.level}, 'all')`,
        mutedUntil: sql<number>`coalesce(${notifyChannels.mutedUntil}, 0)`,
      })
      .from(memberships)
      .innerJoin(accounts, eq(accounts.id, memberships.user))
      .leftJoin(
        notifyChannels,
        and(eq(notifyChannels.user, memberships.user), eq(notifyChannels.channel, memberships.channel)),
      )
      .where(
        and(eq(memberships.channel, channel), inArray(memberships.user, listed(users)), isNull(accounts.erasedAt)),
      ),
    db
      .select({ subscription: pushSubscriptions })
      .from(pushSubscriptions)
      // One that has expired is as good as ended, though nobody has pruned it yet.
      .innerJoin(sessions, and(eq(sessions.id, pushSubscriptions.session), gt(sessions.expiresAt, now)))
      .where(inArray(pushSubscriptions.user, listed(users))),
    db
      .select({ id: accounts.id, name: accounts.name })
      .from(accounts)
      .where(inArray(accounts.id, listed(authors))),
  ]);
  const byUser = Map.groupBy(
    subscriptions.map(({ subscription }) => subscription),
    ({ user }) => user,
  );
  const recipients = people.map(
    (person): Recipient => ({ ...person, subscriptions: (byUser.get(person.user) ?? []).map(subscriptionOf) }),
  );
  return { recipients, names: Object.fromEntries(named.map(({ id, name }) => [id, name])) };
}
