// The connection to the directory.
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import * as schema from "./schema";

export type Database = DrizzleD1Database<typeof schema>;

/** Bound: one entry for each database that is bound to the Worker. */
const opened = new WeakMap<D1Database, Database>();

/**
 * Returns the directory of a binding. Opens each binding once, because reading the schema takes
 * longer than most queries.
 */
export function openDirectory(binding: D1Database): Database {
  const known = opened.get(binding);
  if (known) return known;
  const database = drizzle(binding, { schema });
  opened.set(binding, database);
  return database;
}
