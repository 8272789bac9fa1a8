// The sizes of the deployment's databases. Every answer of D1 carries the size.
import { databasesNamed } from "../../directory/archive/open-archive";
import type { DatabaseSize } from "../../protocol";
import { readBudgets } from "../../runtime/budget-config";
import { logWarning } from "../../runtime/logger";

/** Returns the size of the directory and of each database of the archive, by name. */
export async function measureDatabases(env: Env): Promise<DatabaseSize[]> {
  const { databaseWarningBytes } = readBudgets(env.BUDGETS);
  const databases = databasesNamed(env, `DIRECTORY ${env.ARCHIVES} ${env.FORMER_ARCHIVES}`);
  const sizes = [...databases].map(async ([name, database]) => {
    const { meta } = await database.prepare("SELECT 1").run();
    return { name, bytes: meta.size_after, isLarge: meta.size_after >= databaseWarningBytes };
  });
  return (await Promise.all(sizes)).sort((a, b) => a.name.localeCompare(b.name));
}

/** Logs a line for each database that is large. The cron calls this once an hour. */
export async function warnOfLargeDatabases(env: Env): Promise<void> {
  for (const { name, bytes, isLarge } of await measureDatabases(env)) {
    if (isLarge) logWarning("database.large", { database: name, bytes });
  }
}
