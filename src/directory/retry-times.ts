// When an object that could not be reached is tried again. The pause doubles with every failure, so
// that objects that stay unreachable do not hold up the others.
import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

/**
 * When the cron first tries an object, after the change was made. By then the request that made the
 * change should have delivered it.
 */
export const FIRST_RETRY_MS = 5_000;
/** The longest pause. */
const MOST_MS = 15 * 60_000;

/**
 * Returns the columns of a row after another failure. `mostMs` is the longest pause and `now` the
 * time of the failure, both in milliseconds.
 */
export const afterFailure = (
  failures: SQLiteColumn,
  now: number,
  mostMs = MOST_MS,
): { failures: SQL; nextAt: SQL } => ({
  failures: sql`${failures} + 1`,
  nextAt: sql`${now} + min(${mostMs}, ${FIRST_RETRY_MS} << min(${failures}, 16))`,
});
