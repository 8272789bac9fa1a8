// Migrates the schema of an object when it wakes. A step's number is its place in the list.
// Released steps never change.

/** The SQL of one step: statements separated by semicolons. */
export type Migration = string;

/** Returns the number of applied steps; 0 for an empty object. Writes no row. */
export function schemaVersion(storage: DurableObjectStorage): number {
  const table = storage.sql
    .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'")
    .toArray();
  if (table.length === 0) return 0;
  return storage.sql.exec<{ version: number }>("SELECT version FROM schema_version").one().version;
}

/**
 * Applies the missing steps in one transaction. After the rollback of a deployment an object may
 * have more steps than this code. Such an object stays unchanged, because steps only add.
 * `version`: what `schemaVersion` returned, where the caller has asked already.
 */
export function migrate(
  storage: DurableObjectStorage,
  migrations: readonly Migration[],
  version = schemaVersion(storage),
): void {
  if (version >= migrations.length) return;
  storage.transactionSync(() => {
    storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS schema_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)",
    );
    for (const step of migrations.slice(version)) storage.sql.exec(step);
    storage.sql.exec("INSERT OR REPLACE INTO schema_version (id, version) VALUES (1, ?)", migrations.length);
  });
}
