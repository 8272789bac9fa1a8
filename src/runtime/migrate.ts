// An object's schema, brought up to date on waking. Steps are numbered by their place in the list and never change once released.

/** SQL of one step; several statements are separated by semicolons. */
export type Migration = string;

/** The step an object stands at; 0 for one that holds nothing yet, which is found out without writing a row. */
export function schemaVersion(storage: DurableObjectStorage): number {
  const known = storage.sql
    .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'")
    .toArray();
  if (known.length === 0) return 0;
  return storage.sql.exec<{ version: number }>("SELECT version FROM schema_version").one().version;
}

/** Applies the missing steps in one transaction. An object ahead of this code (a rollback of a deploy) is left as it is: steps only add. */
export function migrate(storage: DurableObjectStorage, migrations: readonly Migration[]): void {
  const version = schemaVersion(storage);
  if (version >= migrations.length) return;
  storage.transactionSync(() => {
    storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS schema_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)",
    );
    for (const step of migrations.slice(version)) storage.sql.exec(step);
    storage.sql.exec("INSERT OR REPLACE INTO schema_version (id, version) VALUES (1, ?)", migrations.length);
  });
}
