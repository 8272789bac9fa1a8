// The stored inbox: one row per channel, and a changefeed ordered by version. A row is written when
// it becomes dirty and when its channel is woken. Changes in between are sent to the devices and
// not stored. A dirty row holds no preview: its channel may not tell this object that the message
// was deleted. The client sorts the channel list.
import { isAtLeastAsNew, type StoredRow } from "../domain/inbox";
import type { Setting, StoredUserData } from "../domain/ports";
import { tuning } from "../domain/tuning";
import { type FrameOf, type InboxRow, limits, preview } from "../protocol";
import { Settings } from "./settings";

type InboxTableRow = Omit<StoredRow, "preview" | "dirty"> & { version: number; dirty: number; preview: string | null };

const columns = "channel, version, dirty, life, head, read, unread_from, unread, mentions, at, preview";
/** The columns as the fields of `InboxTableRow`. The column `life` stores the epoch number. */
const selectedColumns = columns
  .replace("life", 'life AS "epochNumber"')
  .replace("unread_from", 'unread_from AS "unreadFrom"');

/** A part of the changefeed, as the fields of a frame. */
interface InboxChanges extends Pick<FrameOf<"inbox">, "rows" | "more" | "gone" | keyof SettingsUpdate> {
  version: number;
}

export class StoredInbox {
  readonly settings: Settings;
  #version: number;

  constructor(private readonly sql: SqlStorage) {
    // The first schema stored the version of the newest removal in `feed`. It is read so that the
    // version never falls below one that a device has seen.
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
    const row = this.sql
      .exec<InboxTableRow>(`SELECT ${selectedColumns} FROM inbox WHERE channel = ?`, channel)
      .toArray()[0];
    return row ? { ...inboxRowOf(row), dirty: row.dirty === 1 } : null;
  }

  /** Stores a row. A dirty row is stored without its preview. */
  put(row: InboxRow, dirty: boolean): void {
    this.#version++;
    this.sql.exec("DELETE FROM gone WHERE channel = ?", row.channel);
    const previewJson = dirty ? null : row.preview && JSON.stringify(row.preview);
    this.sql.exec(
      `INSERT OR REPLACE INTO inbox (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        row.channel,
        this.#version,
        dirty ? 1 : 0,
        row.epochNumber,
        row.head,
        row.read,
        row.unreadFrom,
        row.unread,
        row.mentions,
        row.at,
        previewJson,
      ],
    );
  }

  /**
   * Marks a row as dirty and removes its preview. The next sync wakes its channel before it sends
   * the row.
   */
  markDirty(channel: string): void {
    this.sql.exec("UPDATE inbox SET dirty = 1, preview = NULL WHERE channel = ? AND dirty = 0", channel);
  }

  /** Removes a channel. A channel without a row, as after an erasure, leaves nothing. */
  remove(channel: string): void {
    this.settings.forget(channel);
    if (this.sql.exec("DELETE FROM inbox WHERE channel = ?", channel).rowsWritten === 0) return;
    this.#version++;
    this.sql.exec("INSERT OR REPLACE INTO gone (channel, version) VALUES (?, ?)", channel, this.#version);
  }

  /** The channels with a dirty row. */
  dirtyChannels(): string[] {
    return this.sql
      .exec<{ channel: string }>("SELECT channel FROM inbox WHERE dirty = 1")
      .toArray()
      .map((row) => row.channel);
  }

  /** Returns a page of the stored data after a version. `after` is null on the last page. */
  storedData(after: number): Omit<StoredUserData, "lastSeenAt"> & { after: number | null } {
    const { rows, drafts = [], mutes = [], levels = [], version, more } = this.changes(after, limits.pageMax);
    return { rows, drafts, mutes, levels, after: more ? version : null };
  }

  /**
   * Returns the changes after a version, oldest first, and the version to continue from.
   * `newestRow`: the newest delivered row of a channel, which replaces a dirty row.
   */
  changes(after: number, limit: number, newestRow?: (channel: string) => InboxRow | undefined): InboxChanges {
    const rows = this.sql
      .exec<InboxTableRow>(
        `SELECT ${selectedColumns} FROM inbox WHERE version > ? ORDER BY version LIMIT ?`,
        after,
        limit + 1,
      )
      .toArray();
    const changedSettings = this.settings.after(after, limit + 1);
    const version = this.#endOfPage([...rows, ...changedSettings], limit);
    const gone = this.#goneBetween(after, version);
    const settings = changedSettings.filter((row) => row.version <= version).map((row) => row.setting);
    return {
      rows: rows
        .filter((row) => row.version <= version)
        .map((row) => {
          const newest = row.dirty === 1 ? newestRow?.(row.channel) : undefined;
          return newest && isAtLeastAsNew(row, newest) ? newest : inboxRowOf(row);
        }),
      ...(gone.length > 0 && { gone }),
      ...settingsUpdateOf(settings),
      version,
      more: version < this.#version && [...rows, ...changedSettings].some((row) => row.version > version),
    };
  }

  /**
   * Returns the last version of a page. A page has at most `limit` rows and settings, and at most
   * `resumePageBytes` characters of settings, but at least one change if there is any. Removed
   * channels do not count.
   */
  #endOfPage(changes: readonly { version: number; value?: string }[], limit: number): number {
    const ordered = changes.toSorted((one, other) => one.version - other.version);
    let characters = 0;
    for (const [index, { value = "" }] of ordered.entries()) {
      characters += value.length;
      const isFull = index === limit || (index > 0 && characters > tuning.resumePageBytes);
      if (isFull) return ordered[index - 1]?.version ?? 0;
    }
    return this.#version;
  }

  /**
   * Returns the clean rows that were stored after a version, and the channels that left the inbox
   * since. A row that is dirty again was sent to the devices when it was delivered.
   */
  rowChangesAfter(after: number): { rows: InboxRow[]; gone: string[] } {
    const rows = this.sql
      .exec<InboxTableRow>(
        `SELECT ${selectedColumns} FROM inbox WHERE version > ? AND dirty = 0 ORDER BY version`,
        after,
      )
      .toArray();
    return { rows: rows.map(inboxRowOf), gone: this.#goneBetween(after, this.#version) };
  }

  clear(): void {
    for (const table of ["inbox", "gone", "settings"]) this.sql.exec(`DELETE FROM ${table}`);
  }

  /**
   * The channels that left the inbox between two versions. None for a reader that begins at 0,
   * because it has no rows to remove.
   */
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

export type SettingsUpdate = Pick<
  FrameOf<"inbox">,
  "drafts" | "mutes" | "levels" | "presence" | "notifications" | "requestsChanged"
>;

/** Converts settings to the fields of a frame. Omits the kinds that do not occur. */
export function settingsUpdateOf(settings: readonly Setting[]): SettingsUpdate {
  const drafts = settings.flatMap((setting) => (setting.kind === "draft" ? [setting.draft] : []));
  const mutes = settings.flatMap((setting) => (setting.kind === "mute" ? [setting.mute] : []));
  const levels = settings.flatMap((setting) => (setting.kind === "level" ? [setting.level] : []));
  const presence = settings.findLast((setting) => setting.kind === "presence");
  const notifications = settings.findLast((setting) => setting.kind === "notifications");
  return {
    ...(drafts.length > 0 && { drafts }),
    ...(mutes.length > 0 && { mutes }),
    ...(levels.length > 0 && { levels }),
    ...(presence && { presence: presence.presence }),
    ...(notifications && { notifications: notifications.notifications }),
    ...(settings.some(({ kind }) => kind === "requests") && { requestsChanged: true }),
  };
}

const inboxRowOf = ({ version: _, dirty: __, preview: json, ...row }: InboxTableRow): InboxRow => ({
  ...row,
  preview: json === null ? null : preview.parse(JSON.parse(json)),
});
