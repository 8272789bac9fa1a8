// Empties all storage and makes the tables of all databases, before each test file. The files of a
// worker share a server, so a file finds nothing of the one before it: no row, object or alarm. All
// migrations run, and one batch for each database is the fastest way.
import { type D1Migration, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

const archives = [env.ARCHIVE, env.ARCHIVE_2, env.ARCHIVE_3];
const databases = [env.DIRECTORY, ...archives];

const migrate = (database: D1Database, migrations: readonly D1Migration[]) =>
  database.batch(migrations.flatMap(({ queries }) => queries.map((query) => database.prepare(query))));

vi.useRealTimers();
// A reset empties the databases that are open, and an idle one closes after ten seconds.
await Promise.all(databases.map((database) => database.prepare("SELECT 1").run()));
await reset();
await Promise.all([
  migrate(env.DIRECTORY, env.TEST_MIGRATIONS),
  ...archives.map((archive) => migrate(archive, env.TEST_ARCHIVE_MIGRATIONS)),
]);
