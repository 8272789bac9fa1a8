// The devices that are subscribed to push, as their owners and the operator see them.
import { and, count, desc, eq, isNotNull, sql } from "drizzle-orm";
import { limits, type SubscribePush, type UserId } from "../protocol";
import type { Database } from "./database";
import { pushSubscriptions, sessions } from "./schema";

export type PushSubscriptionRow = typeof pushSubscriptions.$inferSelect;

/**
 * Returns what identifies a device: the endpoint of a browser, the registration token of an app.
 */
const addressOf = (target: SubscribePush): string => (target.kind === "web" ? target.endpoint : target.token);

/**
 * Adds a device or renews it, even if another account had it. Removes the oldest devices of the
 * user beyond `limits.pushDevices`. Returns null if the session has ended meanwhile.
 */
export async function putSubscription(
  db: Database,
  subscription: Omit<PushSubscriptionRow, "address" | "failing" | "againAt">,
): Promise<PushSubscriptionRow | null> {
  const row = { ...subscription, address: addressOf(subscription.target) };
  const { id, user, session, address, target, name, origin, createdAt } = row;
  const isOpen = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE ${sessions.id} = ${session} AND ${sessions.account} = ${user})`;
  const ofUser = eq(pushSubscriptions.user, user);
  const newest = db
    .select({ id: pushSubscriptions.id })
    .from(pushSubscriptions)
    .where(ofUser)
    .orderBy(desc(pushSubscriptions.createdAt), desc(pushSubscriptions.id))
    .limit(limits.pushDevices);
  const [stored] = await db.batch([
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
    db.delete(pushSubscriptions).where(and(ofUser, sql`${pushSubscriptions.id} NOT IN ${newest}`)),
  ]);
  return stored[0] ?? null;
}

/** Returns the devices of a user, newest first. */
export async function listSubscriptions(db: Database, user: UserId): Promise<PushSubscriptionRow[]> {
  return await db
    .select()
    .from(pushSubscriptions)
    .where(eq(pushSubscriptions.user, user))
    .orderBy(desc(pushSubscriptions.createdAt), desc(pushSubscriptions.id))
    .limit(limits.pushDevices);
}

/** Removes a device. Returns false if the user has no such device. */
export async function removeSubscription(db: Database, user: UserId, id: string): Promise<boolean> {
  const isOwn = and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.user, user));
  return (await db.delete(pushSubscriptions).where(isOwn).returning({ id: pushSubscriptions.id })).length === 1;
}

export async function findSubscription(db: Database, user: UserId, id: string): Promise<PushSubscriptionRow | null> {
  const isOwn = and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.user, user));
  return (await db.select().from(pushSubscriptions).where(isOwn).limit(1))[0] ?? null;
}

/** Counts the devices, and those that failed to get their last notification, for the operator. */
export async function countDevices(db: Database): Promise<{ devices: number; failing: number }> {
  const [all, failing] = await db.batch([
    db.select({ count: count() }).from(pushSubscriptions),
    db.select({ count: count() }).from(pushSubscriptions).where(isNotNull(pushSubscriptions.failing)),
  ]);
  return { devices: all[0]?.count ?? 0, failing: failing[0]?.count ?? 0 };
}
