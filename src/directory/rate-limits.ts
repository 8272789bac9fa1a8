// Token buckets in the directory, for what happens before an object is reached. One statement decides, so many at once cannot all pass.
import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Rate } from "../protocol";
import type { Database } from "./database";
import { rateLimits } from "./schema";

/** Takes a token of `key`; answers 0, or for how many milliseconds the bucket stays empty. The arithmetic is that of `domain/rate.ts`. */
export async function takeToken(db: Database, key: string, rate: Rate, now: number): Promise<number> {
  // Later than that it cannot be by this clock: another machine's, running ahead, must not lock anybody out.
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
  // Kept, or every later request would find it as far ahead again.
  if (fullAt > empty) {
    const isAhead = and(eq(rateLimits.key, key), gt(rateLimits.fullAt, empty));
    await db.update(rateLimits).set({ fullAt: empty }).where(isAhead);
  }
  return Math.max(1, Math.min(fullAt, empty) - room);
}

/** Full buckets need no row. */
export async function pruneRateLimits(db: Database, now: number): Promise<void> {
  await db.delete(rateLimits).where(lt(rateLimits.fullAt, now));
}
