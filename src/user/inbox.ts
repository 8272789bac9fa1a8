// The stored inbox: one row a channel, a changefeed by version. A row is written when it stops being true and when it has been asked for
// again; what happens in between is forwarded to the devices and lies in the channels themselves.
import type { StoredRow } from "../domain/inbox";
import { type InboxRow, preview } from "../protocol";

type Row = Omit<StoredRow, "preview" | "dirty"> & { version: number; dirty: number; preview: string | null };

const columns = "channel, version, dirty, life, head, read, unread_from, unread, mentions, at, preview";
const named = columns.replace("unread_from", 'unread_from AS "unreadFrom"');

export class Inbox {
  #version: number;

  constructor(private readonly sql: SqlStorage) {
    // `feed` is how an earlier schema remembered the version of rows that were removed: a cursor must never be ahead of the feed.
    this.#version = sql
      .exec<{ version: number }>(
        `SELECT coalesce(max(version), 0) AS version
           FROM (SELECT version FROM inbox UNION ALL SELECT version FROM gone UNION ALL SELECT version FROM feed)`,
      )
      .one().version;
  }

  /** The version of the newest change. */
  get version(): number {
    return this.#version;
  }

  get(channel: string): StoredRow | null {
    const row = this.sql.exec<Row>(`SELECT ${named} FROM inbox WHERE channel = ?`, channel).toArray()[0];
    return row ? { ...inboxRowOf(row), dirty: row.dirty === 1 } : null;
  }

  put(row: InboxRow, dirty: boolean): void {
    this.#version++;
    this.sql.exec("DELETE FROM gone WHERE channel = ?", row.channel);
    const packed = row.preview && JSON.stringify(row.preview);
    this.sql.exec(
      `INSERT OR REPLACE INTO inbox (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        row.channel,
        this.#version,
        dirty ? 1 : 0,
        row.life,
        row.head,
        row.read,
        row.unreadFrom,
        row.unread,
        row.mentions,
        row.at,
        packed,
      ],
    );
  }

  /** Makes sure that the channel is asked before its row is shown again. */
  taint(channel: string): void {
    this.sql.exec("UPDATE inbox SET dirty = 1 WHERE channel = ? AND dirty = 0", channel);
  }

  remove(channel: string): void {
    this.#version++;
    this.sql.exec("DELETE FROM inbox WHERE channel = ?", channel);
    this.sql.exec("INSERT OR REPLACE INTO gone (channel, version) VALUES (?, ?)", channel, this.#version);
  }

  /** Channels that have to be asked. */
  dirty(): string[] {
    return this.sql
      .exec<{ channel: string }>("SELECT channel FROM inbox WHERE dirty = 1")
      .toArray()
      .map((row) => row.channel);
  }

  /** Rows changed after a version, oldest change first, and the version they bring the reader to. */
  changes(after: number, limit: number): { rows: InboxRow[]; gone?: string[]; version: number; more: boolean } {
    const rows = this.sql
      .exec<Row>(`SELECT ${named} FROM inbox WHERE version > ? ORDER BY version LIMIT ?`, after, limit + 1)
      .toArray();
    const more = rows.length > limit;
    const shown = rows.slice(0, limit);
    const version = more ? (shown.at(-1)?.version ?? after) : this.#version;
    const gone = this.#goneBetween(after, version);
    return { rows: shown.map(inboxRowOf), ...(gone.length > 0 && { gone }), version, more };
  }

  /** A reader who begins has nothing to drop. */
  #goneBetween(after: number, version: number): string[] {
    if (after === 0) return [];
    return this.sql
      .exec<{ channel: string }>(
        "SELECT channel FROM gone WHERE version > ? AND version <= ? ORDER BY version",
        after,
        version,
      )
      .toArray()
      .map((row) => row.channel);
  }
}

const inboxRowOf = ({ version: _, dirty: __, preview: packed, ...row }: Row): InboxRow => ({
  ...row,
  preview: packed === null ? null : preview.parse(JSON.parse(packed)),
});
