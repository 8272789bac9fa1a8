// What channels report to the archive's databases: the bytes that accounts write in a day, and the
// sizes of large objects. Channels report rarely, because each report costs a row.
import type { BilledRows, BytesOfAccounts, BytesOfDay } from "../../domain/archive";
import { budgetDayOf } from "../../domain/daily-budget";
import type { LargeChannel } from "../../protocol";

/** The most accounts of one statement. */
const ACCOUNTS_MAX = 100;
/** The most large channels that are listed. */
export const LARGE_CHANNELS_MAX = 100;
/** How long a channel stays in the list after its last report. Channels repeat it once a day. */
const LARGE_CHANNEL_MS = 7 * 86_400_000;

/**
 * See `ArchivePort.reportBytes`. `all` are the databases that may hold reports of other channels.
 */
export async function putBytes(
  database: D1Database,
  all: readonly D1Database[],
  channel: string,
  { day, bytes }: BytesOfDay,
): Promise<{ elsewhere: BytesOfAccounts; cost: BilledRows }> {
  const accounts = Object.keys(bytes).slice(0, ACCOUNTS_MAX);
  const rows = JSON.stringify(accounts.map((account) => ({ account, bytes: bytes[account] })));
  const put = await database
    .prepare(
      `INSERT INTO budgets (day, account, channel, bytes)
         SELECT ?1, value ->> 'account', ?2, value ->> 'bytes' FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET bytes = excluded.bytes WHERE excluded.bytes > bytes`,
    )
    .bind(day, channel, rows)
    .run();
  const cost = { read: put.meta.rows_read, written: put.meta.rows_written };
  const elsewhere: BytesOfAccounts = Object.fromEntries(accounts.map((account) => [account, 0]));
  const answers = await Promise.all(
    all.map((other) =>
      other
        .prepare(
          `SELECT account, sum(bytes) AS bytes FROM budgets
             WHERE day = ?1 AND account IN (SELECT value FROM json_each(?2)) AND channel <> ?3 GROUP BY account`,
        )
        .bind(day, JSON.stringify(accounts), channel)
        .all<{ account: string; bytes: number }>(),
    ),
  );
  for (const { results, meta } of answers) {
    cost.read += meta.rows_read;
    for (const { account, bytes: written } of results) elsewhere[account] = (elsewhere[account] ?? 0) + written;
  }
  return { elsewhere, cost };
}

/** See `ArchivePort.reportSize`. */
export async function putSize(database: D1Database, channel: string, bytes: number, now: number): Promise<BilledRows> {
  const { meta } = await database
    .prepare("INSERT OR REPLACE INTO large_channels (channel, bytes, at) VALUES (?, ?, ?)")
    .bind(channel, bytes, now)
    .run();
  return { read: meta.rows_read, written: meta.rows_written };
}

/** Returns the channels of a database whose objects are large, largest first. */
export async function largeChannels(database: D1Database): Promise<LargeChannel[]> {
  const listed = await database
    .prepare("SELECT channel, bytes, at FROM large_channels ORDER BY bytes DESC LIMIT ?")
    .bind(LARGE_CHANNELS_MAX)
    .all<LargeChannel>();
  return listed.results;
}

/** Deletes the budgets of past days, and large channels that no longer report. */
export async function pruneReports(all: readonly D1Database[], now: number): Promise<void> {
  for (const database of all) {
    await database
      .prepare("DELETE FROM budgets WHERE day < ?")
      .bind(budgetDayOf(now) - 1)
      .run();
    await database
      .prepare("DELETE FROM large_channels WHERE at < ?")
      .bind(now - LARGE_CHANNEL_MS)
      .run();
  }
}
