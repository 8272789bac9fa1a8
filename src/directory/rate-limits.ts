// Token buckets in the directory, for requests that no object has to answer. One statement decides,
// so that concurrent requests cannot all pass.
import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Rate } from "../protocol";
import type { Database } from "./database";
import { rateLimits } from "./schema";

/**
 * Takes a token from the bucket `key`. Returns 0, or the milliseconds until the bucket has a token.
 * Computes like `domain/token-bucket.ts`.
 */
export async function takeToken(db: Database, key: string, rate: Rate, now: number): Promise<number> {
  // The latest time at which a bucket can be full, by this clock. A row written by a machine whose
  // clock is ahead is reduced to it, so that the row locks nobody out.
  const empty = now + rate.burst * rate.everyMs;
  const room = now + (rate.burst - 1) * rate.everyMs;
  const taken = await db
    .insert(rateLimits)
    .values({ key, fullAt: now + rate.everyMs })
    .onConflictDoUpdate({
      target: rateLimits.key,
      set: { fullAt: sql`min(max(${rateLimits.fullAt}, ${now}), ${empty}) + ${rate.everyMs}` },
      setWhere: sql`min(${rateLimits.fullAt}, ${empty}) <= ${room}`,
    })
    .returning({ fullAt: rateLimits.fullAt });
  if (taken.length === 1) return 0;
  const rows = await db.select({ fullAt: rateLimits.fullAt }).from(rateLimits).where(sql`${rateLimits.key} = ${key}`);
  const fullAt = rows[0]?.fullAt ?? now;
  // Stores the reduced time, so that the row is not ahead for later requests.
  if (fullAt > empty) {
    const isAhead = and(eq(rateLimits.key, key), gt(rateLimits.fullAt, empty));
    await db.update(rateLimits).set({ fullAt: empty }).where(isAhead);
  }
  return Math.max(1, Math.min(fullAt, empty) - room);
}

/** Returns a token that was taken from the bucket `key`. */
export async function returnToken(db: Database, key: string, rate: Rate): Promise<void> {
  await db
    .update(rateLimits)
    .set({ fullAt: sql`${rateLimits.fullAt} - ${rate.everyMs}` })
    .where(eq(rateLimits.key, key));
}

/** Deletes full buckets, which need no row. */
export async function pruneRateLimits(db: Database, now: number): Promise<void> {
  await db.delete(rateLimits).where(lt(rateLimits.fullAt, now));
}
