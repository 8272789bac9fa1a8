// The connection to the directory.
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import { DatabaseError } from "../domain/error";
import * as schema from "./schema";

export type Database = DrizzleD1Database<typeof schema>;

/** Bound: one entry for each database that is bound to the Worker. */
const opened = new WeakMap<D1Database, Database>();

/**
 * Returns the directory of a binding. Opens each binding once, because reading the schema takes
 * longer than most queries. A statement that fails throws `DatabaseError`.
 */
export function openDirectory(binding: D1Database): Database {
  const known = opened.get(binding);
  if (known) return known;
  const database = drizzle(binding, { schema });
  // Drizzle throws an error whose message holds the statement and all of its parameters.
  stripErrors(database);
  opened.set(binding, database);
  return database;
}

/** The part of Drizzle's session through which every statement runs. */
interface StatementSession {
  prepareQuery(...query: unknown[]): { queryWithCache: RunStatement };
  batch(statements: unknown): Promise<unknown>;
}
type RunStatement = (statement: string, parameters: unknown[], run: () => Promise<unknown>) => Promise<unknown>;

/**
 * Replaces what a session throws. `test/directory/database.test.ts` fails if Drizzle changes it.
 */
function stripErrors(database: object): void {
  const { session } = database as { session: StatementSession };
  const { prepareQuery, batch } = session;
  session.prepareQuery = (...query) => {
    const prepared = prepareQuery.apply(session, query);
    prepared.queryWithCache = (_statement, _parameters, run) => run().catch(throwStripped);
    return prepared;
  };
  session.batch = (statements) => batch.call(session, statements).catch(throwStripped);
}

function throwStripped(error: unknown): never {
  throw new DatabaseError(error);
}
