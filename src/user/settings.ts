// The settings of a person, in the same changefeed as the inbox: drafts, mutes, notify levels, the
// presence mode and the notification settings. Each setting is one row. A setting that has ended
// stays as an empty row, so that a device that was away learns of the end.
import * as z from "zod";
import { ChatError } from "../domain/error";
import type { Setting } from "../domain/ports";
import { channelLevel, type Draft, draft, limits, mute, notificationSettings, presenceMode } from "../protocol";

const storedSetting: z.ZodType<Setting> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("draft"), draft }),
  z.object({ kind: z.literal("mute"), mute }),
  z.object({ kind: z.literal("level"), level: channelLevel }),
  z.object({ kind: z.literal("presence"), presence: presenceMode }),
  z.object({ kind: z.literal("notifications"), notifications: notificationSettings }),
  z.object({ kind: z.literal("requests") }),
]);

/** The stored channel of a setting that belongs to no channel. */
const NO_CHANNEL = "";

/** The most ended drafts, mutes and levels that are kept. */
const ENDED_MAX = 500;

type SettingRow = { version: number; value: string };

export class Settings {
  constructor(
    private readonly sql: SqlStorage,
    /** Returns the next version of the changefeed. */
    private readonly nextVersion: () => number,
  ) {}

  /** Replaces the setting of the same kind, channel and thread. Throws `too_many_drafts`. */
  put(setting: Setting): void {
    if (setting.kind === "draft") this.#putDraft(setting.draft);
    else if (isOfChannel(setting))
      this.#put(`${setting.kind} ${channelOf(setting)}`, channelOf(setting), isDefault(setting), setting);
    else this.#put(setting.kind, NO_CHANNEL, false, setting);
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

  #put(key: string, channel: string, isEnded: boolean, value: Setting): void {
    this.sql.exec(
      "INSERT OR REPLACE INTO settings (key, channel, over, version, value) VALUES (?, ?, ?, ?, ?)",
      ...[key, channel, isEnded ? 1 : 0, this.nextVersion(), JSON.stringify(value)],
    );
    if (isEnded) this.#prune();
  }

  /**
   * Deletes the oldest ended settings. A device that was away for longer keeps showing these
   * settings.
   */
  #prune(): void {
    this.sql.exec(
      `DELETE FROM settings WHERE over = 1 AND version <=
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

const isOfChannel = (setting: Setting): setting is ChannelSetting =>
  setting.kind === "mute" || setting.kind === "level";

const channelOf = (setting: ChannelSetting): string =>
  setting.kind === "mute" ? setting.mute.channel : setting.level.channel;

/** Whether the setting is the same as having none. */
const isDefault = (setting: ChannelSetting): boolean =>
  setting.kind === "mute" ? setting.mute.until === 0 : setting.level.level === "all";
