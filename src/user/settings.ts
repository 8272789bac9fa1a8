// The settings of a person, in the same changefeed as the inbox: drafts, mutes, notify levels, the
// presence mode and the notification settings. Each setting is one row. A setting that has ended
// stays as an empty row, so that a device that was away learns of the end. A row knows whether the
// directory has its setting, if the directory needs it.
import * as z from "zod";
import { ChatError } from "../domain/error";
import type { NotificationSetting, Setting } from "../domain/ports";
import { channelLevel, type Draft, draft, limits, mute, notificationSettings, presenceMode } from "../protocol";

const notificationSetting = [
  z.object({ kind: z.literal("mute"), mute }),
  z.object({ kind: z.literal("level"), level: channelLevel }),
  z.object({ kind: z.literal("notifications"), notifications: notificationSettings }),
] as const;
const unwrittenSetting: z.ZodType<NotificationSetting> = z.discriminatedUnion("kind", notificationSetting);
const storedSetting: z.ZodType<Setting> = z.discriminatedUnion("kind", [
  ...notificationSetting,
  z.object({ kind: z.literal("draft"), draft }),
  z.object({ kind: z.literal("presence"), presence: presenceMode }),
]);

/** The stored channel of a setting that belongs to no channel. */
const NO_CHANNEL = "";

/** The most ended drafts, mutes and levels that are kept. */
const ENDED_MAX = 500;

type SettingRow = { version: number; value: string };

/** A setting of a person that the directory does not have yet. `version` is that of its change. */
export interface UnwrittenSetting {
  key: string;
  version: number;
  user: string;
  setting: NotificationSetting;
}

export class Settings {
  constructor(
    private readonly sql: SqlStorage,
    /** Returns the next version of the changefeed. */
    private readonly nextVersion: () => number,
  ) {}

  /**
   * Replaces the setting of the same kind, channel and thread. A setting of notifications is
   * unwritten until `written`. Throws `too_many_drafts`.
   */
  put(user: string, setting: Setting): void {
    if (setting.kind === "draft") this.#putDraft(setting.draft);
    else if (setting.kind === "presence") this.#put(setting.kind, NO_CHANNEL, false, setting);
    else if (setting.kind === "notifications") this.#put(setting.kind, NO_CHANNEL, false, setting, user);
    else this.#put(`${setting.kind} ${channelOf(setting)}`, channelOf(setting), isDefault(setting), setting, user);
  }

  /** Returns the settings that the directory does not have yet, oldest change first. */
  unwritten(): UnwrittenSetting[] {
    return this.sql
      .exec<SettingRow & { key: string; user: string }>(
        `SELECT key, version, unwritten_of AS "user", value FROM settings WHERE unwritten_of IS NOT NULL
         ORDER BY version`,
      )
      .toArray()
      .map(({ key, version, user, value }) => ({
        key,
        version,
        user,
        setting: unwrittenSetting.parse(JSON.parse(value)),
      }));
  }

  /** The directory has a version of a setting. A newer version stays unwritten. */
  written(key: string, version: number): void {
    this.sql.exec("UPDATE settings SET unwritten_of = NULL WHERE key = ? AND version = ?", key, version);
  }

  #putDraft(next: Draft): void {
    const key = `draft ${next.channel} ${next.thread ?? ""}`;
    const exists = this.#has(key);
    if (!exists && next.text === "") return;
    if (!exists && this.#countDrafts() >= limits.drafts) throw new ChatError("too_many_drafts");
    this.#put(key, next.channel, next.text === "", { kind: "draft", draft: next });
  }

  /** Deletes the settings of a channel that the person left. */
  forget(channel: string): void {
    this.sql.exec("DELETE FROM settings WHERE channel = ?", channel);
  }

  /** Returns the settings that changed after a version, oldest change first. */
  after(version: number, limit: number): (SettingRow & { setting: Setting })[] {
    return this.sql
      .exec<SettingRow>(
        "SELECT version, value FROM settings WHERE version > ? ORDER BY version LIMIT ?",
        version,
        limit,
      )
      .toArray()
      .map((row) => ({ ...row, setting: storedSetting.parse(JSON.parse(row.value)) }));
  }

  #put(key: string, channel: string, isEnded: boolean, value: Setting, unwrittenOf: string | null = null): void {
    this.sql.exec(
      "INSERT OR REPLACE INTO settings (key, channel, over, version, value, unwritten_of) VALUES (?, ?, ?, ?, ?, ?)",
      ...[key, channel, isEnded ? 1 : 0, this.nextVersion(), JSON.stringify(value), unwrittenOf],
    );
    if (isEnded) this.#prune();
  }

  /**
   * Deletes the oldest ended settings. A device that was away for longer keeps showing these
   * settings.
   */
  #prune(): void {
    this.sql.exec(
      `DELETE FROM settings WHERE over = 1 AND unwritten_of IS NULL AND version <=
         (SELECT version FROM settings WHERE over = 1 ORDER BY version DESC LIMIT 1 OFFSET ?)`,
      ENDED_MAX,
    );
  }

  #has(key: string): boolean {
    return this.sql.exec("SELECT 1 FROM settings WHERE key = ? AND over = 0", key).toArray().length > 0;
  }

  #countDrafts(): number {
    const drafts = "SELECT count(*) AS count FROM settings WHERE over = 0 AND key LIKE 'draft %'";
    return this.sql.exec<{ count: number }>(drafts).one().count;
  }
}

type ChannelSetting = Extract<Setting, { kind: "mute" | "level" }>;

const channelOf = (setting: ChannelSetting): string =>
  setting.kind === "mute" ? setting.mute.channel : setting.level.channel;

/** Whether the setting is the same as having none. */
const isDefault = (setting: ChannelSetting): boolean =>
  setting.kind === "mute" ? setting.mute.until === 0 : setting.level.level === "all";
