// The stored inbox: one row per channel, and a changefeed ordered by version. A row is written when
// it becomes dirty and when its channel is woken. Changes in between are sent to the devices and
// not stored. A dirty row holds no preview: its channel may not tell this object that the message
// was deleted. The client sorts the channel list.
import * as z from "zod";
import { isAtLeastAsNew, type StoredRow } from "../domain/inbox";
import type { StoredUserData } from "../domain/personal-data";
import type { Setting } from "../domain/ports";
import { tuning } from "../domain/tuning";
import { type FrameOf, type InboxRow, inboxRow, limits, preview, unseenMessage } from "../protocol";
import { FeedIndex } from "./feed-index";
import { Settings } from "./settings";

type InboxTableRow = Omit<StoredRow, "preview" | "dirty" | "unseen" | "guild" | "call" | "missed" | "lastCall"> & {
  version: number;
  dirty: number;
  preview: string | null;
  unseen: string | null;
  guild: string | null;
  calls: string | null;
};

const columns =
  "channel, version, dirty, life, head, read, unread_from, unread, mentions, at, preview, unseen, guild, calls";
/** The columns as the fields of `InboxTableRow`. The column `life` stores the epoch number. */
const selectedColumns = columns
  .replace("life", 'life AS "epochNumber"')
  .replace("unread_from", 'unread_from AS "unreadFrom"');

/**
 * The most channels that left the inbox and are remembered. A device that was away for longer keeps
 * showing the older ones until it opens them.
 */
const GONE_MAX = 2_000;

/** What the index remembers of an inbox row. */
interface RowState {
  isDirty: boolean;
}

/** A part of the changefeed, as the fields of a frame. */
interface InboxChanges extends Pick<FrameOf<"inbox">, "rows" | "more" | "gone" | keyof SettingsUpdate> {
  version: number;
}

export class StoredInbox {
  readonly settings: Settings;
  readonly #rows: FeedIndex<RowState>;
  /** The channels that left the inbox. */
  readonly #gone: FeedIndex<null>;
  #version: number;

  constructor(private readonly sql: SqlStorage) {
    const rows = sql.exec<{ key: string; version: number; dirty: number }>(
      "SELECT channel AS key, version, dirty FROM inbox",
    );
    this.#rows = new FeedIndex(
      [...rows].map(({ key, version, dirty }) => ({ key, version, state: { isDirty: dirty === 1 } })),
    );
    const gone = sql.exec<{ key: string; version: number }>("SELECT channel AS key, version FROM gone");
    this.#gone = new FeedIndex([...gone].map((row) => ({ ...row, state: null })));
    this.settings = new Settings(sql, () => ++this.#version);
    // The first schema stored the version of the newest removal in `feed`. It is read so that the
    // version never falls below one that a device has seen.
    const feed = sql.exec<{ version: number }>("SELECT version FROM feed").toArray();
    const newest = [this.#rows, this.#gone, this.settings.index].map((index) => index.all().at(-1)?.version ?? 0);
    this.#version = Math.max(feed[0]?.version ?? 0, ...newest);
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
    this.#gone.delete(row.channel);
    const previewJson = dirty ? null : row.preview && JSON.stringify(row.preview);
    this.sql.exec(
      `INSERT OR REPLACE INTO inbox (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
        row.unseen ? JSON.stringify(row.unseen) : null,
        row.guild ?? null,
        callsJson(row),
      ],
    );
    this.#rows.set(row.channel, this.#version, { isDirty: dirty });
  }

  /**
   * Marks a row as dirty and removes its preview. The next sync wakes its channel before it sends
   * the row.
   */
  markDirty(channel: string): void {
    const row = this.#rows.get(channel);
    if (!row || row.state.isDirty) return;
    this.sql.exec("UPDATE inbox SET dirty = 1, preview = NULL WHERE channel = ?", channel);
    row.state.isDirty = true;
  }

  /** Removes a channel. A channel without a row, as after an erasure, leaves nothing. */
  remove(channel: string): void {
    this.settings.forget(channel);
    if (!this.#rows.get(channel)) return;
    this.#version++;
    this.sql.exec("DELETE FROM inbox WHERE channel = ?", channel);
    this.#rows.delete(channel);
    this.sql.exec("INSERT OR REPLACE INTO gone (channel, version) VALUES (?, ?)", channel, this.#version);
    this.#gone.set(channel, this.#version, null);
    for (const { key } of this.#gone.all().slice(0, -GONE_MAX)) {
      this.sql.exec("DELETE FROM gone WHERE channel = ?", key);
      this.#gone.delete(key);
    }
  }

  /** The channels with a dirty row. */
  dirtyChannels(): string[] {
    return this.#rows.all().flatMap(({ key, state }) => (state.isDirty ? [key] : []));
  }

  /** Returns the stored rows that are dirty, and those whose channel has moved since a time. */
  rowsMovedSince(time: number): { channel: string; at: number; isDirty: boolean }[] {
    return this.sql
      .exec<{ channel: string; at: number; dirty: number }>(
        "SELECT channel, at, dirty FROM inbox WHERE dirty = 1 OR at >= ?",
        time,
      )
      .toArray()
      .map(({ dirty, ...row }) => ({ ...row, isDirty: dirty === 1 }));
  }

  /** Returns a page of the stored data after a version. `after` is null on the last page. */
  storedData(after: number): Omit<StoredUserData, "lastSeenAt"> & { after: number | null } {
    const { rows, drafts = [], mutes = [], levels = [], version, more } = this.changes(after, limits.pageMax);
    return { rows, drafts, mutes, levels, after: more ? version : null };
  }

  /**
   * Returns the changes after a version, oldest first, and the version to continue from. A page has
   * at most `limit` changes, and at most `resumePageBytes` characters of settings, but at least one
   * change if there is any. `newestRow`: the newest delivered row of a channel, which replaces a
   * dirty row.
   */
  changes(after: number, limit: number, newestRow?: (channel: string) => InboxRow | undefined): InboxChanges {
    const changed = [
      ...this.#rows.after(after).map((entry) => ({ ...entry, kind: "row" as const })),
      ...this.settings.index.after(after).map((entry) => ({ ...entry, kind: "setting" as const })),
      ...this.#goneAfter(after).map((entry) => ({ ...entry, kind: "gone" as const })),
    ].sort((one, other) => one.version - other.version);
    const [channels, gone, settings]: [string[], string[], Setting[]] = [[], [], []];
    let characters = 0;
    let end: number | null = null;
    for (const [index, { kind, key }] of changed.entries()) {
      const setting = kind === "setting" ? this.settings.get(key) : null;
      characters += setting?.characters ?? 0;
      const isFull = index === limit || (index > 0 && characters > tuning.resumePageBytes);
      if (isFull) {
        end = changed[index - 1]?.version ?? after;
        break;
      }
      if (kind === "row") channels.push(key);
      else if (kind === "gone") gone.push(key);
      else if (setting) settings.push(setting.value);
    }
    return {
      rows: this.#rowsOf(channels, newestRow),
      ...(gone.length > 0 && { gone }),
      ...settingsUpdateOf(settings),
      version: end ?? this.#version,
      more: end !== null,
    };
  }

  #rowsOf(channels: readonly string[], newestRow?: (channel: string) => InboxRow | undefined): InboxRow[] {
    return this.sql
      .exec<InboxTableRow>(
        `SELECT ${selectedColumns} FROM inbox WHERE channel IN (SELECT value FROM json_each(?))`,
        JSON.stringify(channels),
      )
      .toArray()
      .sort((one, other) => one.version - other.version)
      .map((row) => {
        const newest = row.dirty === 1 ? newestRow?.(row.channel) : undefined;
        return newest && isAtLeastAsNew(row, newest) ? newest : inboxRowOf(row);
      });
  }

  /**
   * Returns the clean rows that were stored after a version, and the channels that left the inbox
   * since, in parts of at most `limit` rows. A row that is dirty again was sent to the devices when
   * it was delivered.
   */
  *rowChangesAfter(after: number, limit: number): Generator<{ rows: InboxRow[]; gone: string[] }> {
    const gone = this.#goneAfter(after).map(({ key }) => key);
    const channels = this.#rows.after(after).flatMap(({ key, state }) => (state.isDirty ? [] : [key]));
    for (let i = 0; i < Math.max(gone.length, channels.length); i += limit)
      yield { rows: this.#rowsOf(channels.slice(i, i + limit)), gone: gone.slice(i, i + limit) };
  }

  clear(): void {
    for (const table of ["inbox", "gone", "settings"]) this.sql.exec(`DELETE FROM ${table}`);
    for (const index of [this.#rows, this.#gone, this.settings.index]) index.clear();
  }

  /**
   * The channels that left the inbox after a version. None for a reader that begins at 0, because
   * it has no rows to remove.
   */
  #goneAfter(after: number) {
    return after === 0 ? [] : this.#gone.after(after);
  }
}

export type SettingsUpdate = Pick<
  FrameOf<"inbox">,
  "drafts" | "mutes" | "levels" | "blocks" | "presence" | "notifications" | "requestsChanged" | "guildsChanged"
>;

/** Converts settings to the fields of a frame. Omits the kinds that do not occur. */
export function settingsUpdateOf(settings: readonly Setting[]): SettingsUpdate {
  const drafts = settings.flatMap((setting) => (setting.kind === "draft" ? [setting.draft] : []));
  const mutes = settings.flatMap((setting) => (setting.kind === "mute" ? [setting.mute] : []));
  const levels = settings.flatMap((setting) => (setting.kind === "level" ? [setting.level] : []));
  const blocks = settings.flatMap((setting) => (setting.kind === "block" ? [setting.block] : []));
  const guildsChanged = settings.flatMap((setting) => (setting.kind === "guilds" ? [setting.guild] : []));
  const presence = settings.findLast((setting) => setting.kind === "presence");
  const notifications = settings.findLast((setting) => setting.kind === "notifications");
  return {
    ...(drafts.length > 0 && { drafts }),
    ...(mutes.length > 0 && { mutes }),
    ...(levels.length > 0 && { levels }),
    ...(blocks.length > 0 && { blocks }),
    ...(presence && { presence: presence.presence }),
    ...(notifications && { notifications: notifications.notifications }),
    ...(settings.some(({ kind }) => kind === "requests") && { requestsChanged: true }),
    ...(guildsChanged.length > 0 && { guildsChanged }),
  };
}

const rowCalls = inboxRow.pick({ call: true, missed: true, lastCall: true });

const callsJson = ({ call, missed, lastCall }: InboxRow): string | null =>
  call || missed || lastCall ? JSON.stringify({ call, missed, lastCall }) : null;

const inboxRowOf = ({
  version: _,
  dirty: __,
  preview: json,
  unseen,
  guild,
  calls,
  ...row
}: InboxTableRow): InboxRow => ({
  ...row,
  preview: json === null ? null : preview.parse(JSON.parse(json)),
  ...(unseen !== null && { unseen: z.array(unseenMessage).parse(JSON.parse(unseen)) }),
  ...(guild !== null && { guild }),
  ...(calls !== null && rowCalls.parse(JSON.parse(calls))),
});
