// The birth of a log. Nothing but the first roster makes one, so a guessed id costs no row.
import { ChatError } from "../../domain/error";
import type { Roster } from "../../domain/roster";
import { randomBase36 } from "../../runtime/ids";
import { migrate, schemaVersion } from "../../runtime/migrate";
import { migrations } from "../schema";
import { EPOCH_CHARS, type LogHeader } from "./log";

/** The header of the object's log; null where there is none. An existing one is first brought to today's schema. */
export function findLog(storage: DurableObjectStorage): LogHeader | null {
  if (schemaVersion(storage) === 0) return null;
  migrate(storage, migrations);
  return (
    storage.sql
      .exec<LogHeader>(
        "SELECT channel, kind, epoch, digest_key, created_at, revision, life, name, topic, history, archive FROM log",
      )
      .toArray()[0] ?? null
  );
}

/** Makes the log that a roster is for, at revision 0: applying the roster is the next step. */
export function createLog(storage: DurableObjectStorage, roster: Roster): LogHeader {
  migrate(storage, migrations);
  const { channel, kind, createdAt, life, name, topic, history } = roster;
  storage.sql.exec(
    `INSERT OR IGNORE INTO log (id, channel, kind, epoch, digest_key, created_at, revision, life, name, topic, history)
       VALUES (1, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`,
    ...[channel, kind, randomBase36(EPOCH_CHARS), randomBase36(50), createdAt, life, name, topic, history],
  );
  const header = findLog(storage);
  if (!header) throw new ChatError("internal", "a log was made and is not there");
  return header;
}
