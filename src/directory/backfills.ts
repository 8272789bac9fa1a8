// How far the jobs over all channels or accounts have come, and which of them they could not visit.
import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Database } from "./database";
import { backfills } from "./schema";

/** The name of the row of a missed visit. */
const missedName = (name: string, id: string): string => `${name} ${id}`;

/** Returns the id of the last channel or account that is done; empty at the beginning. */
export async function positionOfBackfill(db: Database, name: string): Promise<string> {
  const rows = await db.select({ after: backfills.after }).from(backfills).where(eq(backfills.name, name)).limit(1);
  return rows[0]?.after ?? "";
}

export async function moveBackfill(db: Database, name: string, after: string): Promise<void> {
  await db.insert(backfills).values({ name, after }).onConflictDoUpdate({ target: backfills.name, set: { after } });
}

/** Records that a channel or an account could not be visited. */
export async function recordMissedVisit(db: Database, name: string, id: string): Promise<void> {
  await moveBackfill(db, missedName(name, id), id);
}

/** Returns channels or accounts that could not be visited. */
export async function missedVisits(db: Database, name: string, limit: number): Promise<string[]> {
  const isMissed = and(gt(backfills.name, missedName(name, "")), lt(backfills.name, missedName(name, "~")));
  // In random order, so that objects that cannot be reached do not block the others.
  const rows = await db
    .select({ id: backfills.after })
    .from(backfills)
    .where(isMissed)
    .orderBy(sql`random()`)
    .limit(limit);
  return rows.map(({ id }) => id);
}

export async function finishVisit(db: Database, name: string, id: string): Promise<void> {
  await db.delete(backfills).where(eq(backfills.name, missedName(name, id)));
}
