// The header of a log: its channel, epoch and names. Only the first roster of the directory creates
// a log, so a guessed channel id costs no row.
import { ChatError } from "../../domain/error";
import type { Roster } from "../../domain/roster";
import type { ChannelKind, HistoryAccess } from "../../protocol";
import { randomBase36 } from "../../runtime/ids";
import { migrate, schemaVersion } from "../../runtime/migrate";
import { migrations } from "../schema";

/**
 * The one row of the table `log`. `archive` is the name of the database for this log's archive;
 * empty until the first use. The column `life` stores `epochNumber`.
 */
export type LogHeader = {
  channel: string;
  kind: ChannelKind;
  epoch: string;
  digest_key: string;
  created_at: number;
  revision: number;
  epochNumber: number;
  name: string;
  topic: string;
  history: HistoryAccess;
  archive: string;
  /** The last call as JSON: see `call-record.ts`. Null if there was none. */
  call: string | null;
  /** The seq of the newest entry that purged messages; 0 if there is none. */
  purged: number;
};

const DIGEST_KEY_CHARS = 50;
const EPOCH_CHARS = 12;

/** Returns the id of an epoch. It is random, so that no two epochs have the same id. */
export const newEpoch = (): string => randomBase36(EPOCH_CHARS);

/**
 * Returns the header of the object's log; null if there is none. Brings the tables to the latest
 * schema.
 */
export function findLog(storage: DurableObjectStorage): LogHeader | null {
  const version = schemaVersion(storage);
  if (version === 0) return null;
  migrate(storage, migrations, version);
  return (
    storage.sql
      .exec<LogHeader>(
        `SELECT channel, kind, epoch, digest_key, created_at, revision, life AS "epochNumber", name, topic, history,
                archive, call, purged FROM log`,
      )
      .toArray()[0] ?? null
  );
}

/**
 * Creates the log of a roster, at revision 0. The caller then applies the roster. Returns null for
 * a group that was deleted: a late roster must not create its log again.
 */
export function createLog(storage: DurableObjectStorage, roster: Roster): LogHeader | null {
  const hasMembers = roster.members.length > 0 || roster.delta !== undefined;
  if (!hasMembers || isErased(storage)) return null;
  migrate(storage, migrations);
  const { channel, kind, createdAt, epochNumber, name, topic, history } = roster;
  storage.sql.exec(
    `INSERT OR IGNORE INTO log (id, channel, kind, epoch, digest_key, created_at, revision, life, name, topic, history)
       VALUES (1, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`,
    ...[channel, kind, newEpoch(), randomBase36(DIGEST_KEY_CHARS), createdAt, epochNumber, name, topic, history],
  );
  const header = findLog(storage);
  if (!header) throw new ChatError("internal", "the log was created and cannot be read");
  return header;
}

/**
 * Deletes everything that the object stores, alarm included. One empty table stays, which marks the
 * object as erased. May be repeated.
 */
export async function eraseLog(storage: DurableObjectStorage): Promise<void> {
  await storage.deleteAlarm();
  await storage.deleteAll();
  storage.sql.exec("CREATE TABLE IF NOT EXISTS erased (id INTEGER PRIMARY KEY)");
}

function isErased({ sql }: DurableObjectStorage): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'erased'").toArray().length > 0;
}
