// The stored inbox: one row a channel, a changefeed by version. A row is written when it stops being true and when it has been asked for
// again; what happens in between is forwarded to the devices and lies in the channels themselves.
import type { StoredRow } from "../domain/inbox";
import type { Setting } from "../domain/ports";
import { tuning } from "../domain/tuning";
import { type FrameOf, type InboxRow, preview } from "../protocol";
import { Settings } from "./settings";

type Row = Omit<StoredRow, "preview" | "dirty"> & { version: number; dirty: number; preview: string | null };

const columns = "channel, version, dirty, life, head, read, unread_from, unread, mentions, at, preview";
const named = columns.replace("unread_from", 'unread_from AS "unreadFrom"');

/** A part of the changefeed, as a frame says it. */
interface Changes extends Pick<FrameOf<"inbox">, "rows" | "more" | "gone" | keyof SettingsUpdate> {
  version: number;
}

export class StoredInbox {
  readonly settings: Settings;
  #version: number;

  constructor(private readonly sql: SqlStorage) {
    // `feed` is how an earlier schema remembered the version of rows that were removed: a cursor must never be ahead of the feed.
    this.#version = sql
      .exec<{ version: number }>(
        `SELECT coalesce(max(version), 0) AS version
           FROM (SELECT version FROM inbox UNION ALL SELECT version FROM gone UNION ALL SELECT version FROM feed
                 UNION ALL SELECT version FROM settings)`,
      )
      .one().version;
    this.settings = new Settings(sql, () => ++this.#version);
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
    this.settings.forget(channel);
  }

  /** Channels that have to be asked. */
  dirty(): string[] {
    return this.sql
      .exec<{ channel: string }>("SELECT channel FROM inbox WHERE dirty = 1")
      .toArray()
      .map((row) => row.channel);
  }

  /** What changed after a version, oldest change first, and the version it brings the reader to. */
  changes(after: number, limit: number): Changes {
    const rows = this.sql
      .exec<Row>(`SELECT ${named} FROM inbox WHERE version > ? ORDER BY version LIMIT ?`, after, limit + 1)
      .toArray();
    const kept = this.settings.after(after, limit + 1);
    const version = this.#cut([...rows, ...kept], limit);
    const gone = this.#goneBetween(after, version);
    const settings = kept.filter((row) => row.version <= version).map((row) => row.setting);
    return {
      rows: rows.filter((row) => row.version <= version).map(inboxRowOf),
      ...(gone.length > 0 && { gone }),
      ...settingsUpdateOf(settings),
      version,
      more: version < this.#version && [...rows, ...kept].some((row) => row.version > version),
    };
  }

  /** The version that a page ends with: so many changes, and not too much text of drafts, but always one. */
  #cut(changes: readonly { version: number; value?: string }[], limit: number): number {
    const ordered = changes.toSorted((one, other) => one.version - other.version);
    let characters = 0;
    for (const [index, { value = "" }] of ordered.entries()) {
      characters += value.length;
      const isFull = index === limit || (index > 0 && characters > tuning.resumePageBytes);
      if (isFull) return ordered[index - 1]?.version ?? 0;
    }
    return this.#version;
  }

  /** Channels of rows that changed after a version, and those that are gone since. */
  rowsAfter(after: number): { rows: InboxRow[]; gone: string[] } {
    const rows = this.sql.exec<Row>(`SELECT ${named} FROM inbox WHERE version > ? ORDER BY version`, after).toArray();
    return { rows: rows.map(inboxRowOf), gone: this.#goneBetween(after, this.#version) };
  }

  /** Everything goes. */
  clear(): void {
    for (const table of ["inbox", "gone", "settings"]) this.sql.exec(`DELETE FROM ${table}`);
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

export type SettingsUpdate = Pick<FrameOf<"inbox">, "drafts" | "mutes" | "levels" | "presence" | "notifications">;

/** Settings as a frame says them; nothing where there are none. */
export function settingsUpdateOf(settings: readonly Setting[]): SettingsUpdate {
  const drafts = settings.flatMap((setting) => (setting.kind === "draft" ? [setting.draft] : []));
  const mutes = settings.flatMap((setting) => (setting.kind === "mute" ? [setting.mute] : []));
  const levels = settings.flatMap((setting) => (setting.kind === "level" ? [setting.level] : []));
  const presence = settings.findLast((setting) => setting.kind === "presence");
  const told = settings.findLast((setting) => setting.kind === "notifications");
  return {
    ...(drafts.length > 0 && { drafts }),
    ...(mutes.length > 0 && { mutes }),
    ...(levels.length > 0 && { levels }),
    ...(presence && { presence: presence.presence }),
    ...(told && { notifications: told.notifications }),
  };
}

const inboxRowOf = ({ version: _, dirty: __, preview: packed, ...row }: Row): InboxRow => ({
  ...row,
  preview: packed === null ? null : preview.parse(JSON.parse(packed)),
});
