import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

await applyD1Migrations(env.DIRECTORY, env.TEST_MIGRATIONS);
for (const database of [env.ARCHIVE, env.ARCHIVE_2, env.ARCHIVE_3])
  await applyD1Migrations(database, env.TEST_ARCHIVE_MIGRATIONS);
