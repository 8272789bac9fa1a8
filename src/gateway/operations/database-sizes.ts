// How much the deployment stores: the sizes of its databases and its largest channels. A database
// that does not answer, or a name without a database, does not hide the others.
import { LARGE_CHANNELS_MAX, largeChannels } from "../../directory/archive/budgets";
import { databasesNamed } from "../../directory/archive/open-archive";
import { STORAGE_MAX_BYTES } from "../../domain/tuning";
import type { DatabaseSize, LargeChannel, StorageState } from "../../protocol";
import { readBudgets } from "../../runtime/budget-config";
import { logError, logWarning } from "../../runtime/logger";

/** What each database answered, and the names of those that did not. */
interface Surveyed<T> {
  found: T[];
  failed: string[];
}

/**
 * Returns the sizes of the databases by name, and the largest channels. `unmeasured` names the
 * databases that did not answer.
 */
export async function stateOfStorage(env: Env): Promise<StorageState> {
  const [sizes, channels] = await Promise.all([measureDatabases(env), findLargeChannels(env)]);
  const unmeasured = [...new Set([...sizes.failed, ...channels.failed])].sort();
  return { databases: sizes.found, channels: channels.found, unmeasured, maxBytes: STORAGE_MAX_BYTES };
}

/** Returns the size of the directory and of each database of the archive, by name. */
export async function measureDatabases(env: Env): Promise<Surveyed<DatabaseSize>> {
  const { databaseWarningBytes } = readBudgets(env.BUDGETS);
  const { found, failed } = await survey(env, `DIRECTORY ${env.ARCHIVES} ${env.FORMER_ARCHIVES}`, async (database) => {
    const { meta } = await database.prepare("SELECT 1").run();
    return { bytes: meta.size_after, isLarge: meta.size_after >= databaseWarningBytes };
  });
  return { found: found.map(([name, size]) => ({ name, ...size })), failed };
}

/** Logs a line for each database that is large. The cron calls this once an hour. */
export async function warnOfLargeDatabases(env: Env): Promise<void> {
  for (const { name, bytes, isLarge } of (await measureDatabases(env)).found) {
    if (isLarge) logWarning("database.large", { database: name, bytes });
  }
}

async function findLargeChannels(env: Env): Promise<Surveyed<LargeChannel>> {
  const { found, failed } = await survey(env, env.ARCHIVES, largeChannels);
  const channels = found.flatMap(([, listed]) => listed).sort((a, b) => b.bytes - a.bytes);
  return { found: channels.slice(0, LARGE_CHANNELS_MAX), failed };
}

/** Asks each database with one of these names, which spaces separate. */
async function survey<T>(
  env: Env,
  names: string,
  ask: (database: D1Database) => Promise<T>,
): Promise<Surveyed<[name: string, answer: T]>> {
  const all = [...new Set(names.split(/\s+/).filter(Boolean))].sort();
  const answers = await Promise.allSettled(
    all.map(async (name) => await Promise.all([...databasesNamed(env, name).values()].map(ask))),
  );
  const found: [string, T][] = [];
  const failed: string[] = [];
  for (const [index, answer] of answers.entries()) {
    const database = all[index] ?? "";
    if (answer.status === "fulfilled") found.push(...answer.value.map((one): [string, T] => [database, one]));
    else {
      logError("database.unmeasured", answer.reason, { database });
      failed.push(database);
    }
  }
  return { found, failed };
}
