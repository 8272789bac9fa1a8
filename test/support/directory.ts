// Makes the tables of all databases, before each test file. Every file has a server and storage of
// its own, so all migrations run, and one batch for each database is the fastest way.
import type { D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

const migrate = (database: D1Database, migrations: readonly D1Migration[]) =>
  database.batch(migrations.flatMap(({ queries }) => queries.map((query) => database.prepare(query))));

const archives = [env.ARCHIVE, env.ARCHIVE_2, env.ARCHIVE_3];
await Promise.all([
  migrate(env.DIRECTORY, env.TEST_MIGRATIONS),
  ...archives.map((archive) => migrate(archive, env.TEST_ARCHIVE_MIGRATIONS)),
]);
