import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

for (const database of [env.DIRECTORY, env.ARCHIVE_2, env.ARCHIVE_3])
  await applyD1Migrations(database, env.TEST_MIGRATIONS);
