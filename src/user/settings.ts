// The settings of a person, in the same changefeed as the inbox: drafts, mutes, notify levels, the
// presence mode and the notification settings. Each setting is one row. A setting that has ended
// stays as an empty row, so that a device that was away learns of the end. A row knows whether the
// directory has its setting, if the directory needs it.
import * as z from "zod";
import type { BlockList } from "../domain/block";
import { ChatError } from "../domain/error";
import type { DirectorySetting, Setting } from "../domain/ports";
import {
  channelLevel,
  type Draft,
  defaultNotifyLevel,
  draft,
  guildId,
  limits,
  mute,
  notificationSettings,
  type PersonBlock,
  personBlock,
  presenceMode,
} from "../protocol";
import { FeedIndex } from "./feed-index";

const directorySetting = [
  z.object({ kind: z.literal("mute"), mute }),
  z.object({ kind: z.literal("level"), level: channelLevel }),
  z.object({ kind: z.literal("notifications"), notifications: notificationSettings }),
  z.object({ kind: z.literal("block"), block: personBlock }),
] as const;
const unwrittenSetting: z.ZodType<DirectorySetting> = z.discriminatedUnion("kind", directorySetting);
const storedSetting: z.ZodType<Setting> = z.discriminatedUnion("kind", [
  ...directorySetting,
  z.object({ kind: z.literal("draft"), draft }),
  z.object({ kind: z.literal("presence"), presence: presenceMode }),
  z.object({ kind: z.literal("requests") }),
  z.object({ kind: z.literal("guilds"), guild: guildId }),
]);

/** The stored channel of a setting that belongs to no channel. */
const NO_CHANNEL = "";

/** The most ended drafts, mutes and levels that are kept. */
const ENDED_MAX = 500;

/** What the index remembers of a setting. */
interface SettingState {
  channel: string;
  isDraft: boolean;
  isEnded: boolean;
  /** Since when a block lasts; null for other settings. Epoch milliseconds. */
  blockedAt: number | null;
}

/** A setting of a person that the directory does not have yet. `version` is that of its change. */
export interface UnwrittenSetting {
  key: string;
  version: number;
  user: string;
  setting: DirectorySetting;
}

export class Settings implements BlockList {
  /** The settings by key. `StoredInbox` merges it with its own changes. */
  readonly index: FeedIndex<SettingState>;

  constructor(
    private readonly sql: SqlStorage,
    /** Returns the next version of the changefeed. */
    private readonly nextVersion: () => number,
  ) {
    const rows = sql.exec<{ key: string; channel: string; over: number; version: number; blockedAt: number | null }>(
      `SELECT key, channel, over, version, iif(key LIKE 'block %', value ->> '$.block.at', NULL) AS "blockedAt"
         FROM settings`,
    );
    this.index = new FeedIndex(
      [...rows].map(({ key, channel, over, version, blockedAt }) => {
        return { key, version, state: { channel, isDraft: isDraftKey(key), isEnded: over === 1, blockedAt } };
      }),
    );
  }

  blockedAt(user: string): number | null {
    return this.index.get(blockKey(user))?.state.blockedAt || null;
  }

  /**
   * Replaces the setting of the same kind, channel and thread. A setting of notifications is
   * unwritten until `written`. Throws `too_many_drafts`, `draft_outdated` and `too_many_blocks`.
   */
  put(user: string, setting: Setting): void {
    if (setting.kind === "draft") this.#putDraft(setting.draft, setting.ageMs !== undefined);
    else if (setting.kind === "block") this.#putBlock(user, setting.block);
    else if (setting.kind === "presence" || setting.kind === "requests")
      this.#put(setting.kind, NO_CHANNEL, false, setting);
    // A guild that changed has one row, whether the person is still in it or not.
    else if (setting.kind === "guilds") this.#put(`guild ${setting.guild}`, setting.guild, true, setting);
    else if (setting.kind === "notifications") this.#put(setting.kind, NO_CHANNEL, false, setting, user);
    else this.#put(`${setting.kind} ${channelOf(setting)}`, channelOf(setting), isDefault(setting), setting, user);
  }

  /** Returns the settings that the directory does not have yet, oldest change first. */
  unwritten(): UnwrittenSetting[] {
    return this.sql
      .exec<{ key: string; version: number; user: string; value: string }>(
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

  #putDraft(next: Draft, hasAge: boolean): void {
    const key = `draft ${next.channel} ${next.thread ?? ""}`;
    const stored = hasAge ? this.get(key)?.value : undefined;
    if (stored?.kind === "draft" && stored.draft.at > next.at) throw new ChatError("draft_outdated");
    const exists = this.index.get(key)?.state.isEnded === false;
    if (!exists && next.text === "") return;
    if (!exists && this.#countDrafts() >= limits.drafts) throw new ChatError("too_many_drafts");
    this.#put(key, next.channel, next.text === "", { kind: "draft", draft: next });
  }

  /** A repeat keeps the time of the first block. */
  #putBlock(me: string, { user, at }: PersonBlock): void {
    const known = this.blockedAt(user);
    if (at !== 0 && known === null && this.#countBlocks() >= limits.blockedPeople)
      throw new ChatError("too_many_blocks");
    const stored = { user, at: at === 0 ? 0 : (known ?? at) };
    this.#put(blockKey(user), NO_CHANNEL, at === 0, { kind: "block", block: stored }, me);
  }

  #countBlocks(): number {
    return this.index.all().filter(({ state }) => state.blockedAt).length;
  }

  /** Deletes the settings of a channel that the person left. */
  forget(channel: string): void {
    for (const { key, state } of this.index.all()) if (state.channel === channel) this.#delete(key);
  }

  /** Returns a setting and the characters that it takes on a page; null if there is none. */
  get(key: string): { value: Setting; characters: number } | null {
    const row = this.sql.exec<{ value: string }>("SELECT value FROM settings WHERE key = ?", key).toArray()[0];
    return row ? { value: storedSetting.parse(JSON.parse(row.value)), characters: row.value.length } : null;
  }

  #put(key: string, channel: string, isEnded: boolean, value: Setting, unwrittenOf: string | null = null): void {
    const version = this.nextVersion();
    this.sql.exec(
      "INSERT OR REPLACE INTO settings (key, channel, over, version, value, unwritten_of) VALUES (?, ?, ?, ?, ?, ?)",
      ...[key, channel, isEnded ? 1 : 0, version, JSON.stringify(value), unwrittenOf],
    );
    const blockedAt = value.kind === "block" ? value.block.at : null;
    this.index.set(key, version, { channel, isDraft: isDraftKey(key), isEnded, blockedAt });
    if (isEnded) this.#prune();
  }

  /**
   * Deletes the oldest ended settings. A device that was away for longer keeps showing these
   * settings.
   */
  #prune(): void {
    const ended = this.index.all().filter(({ state }) => state.isEnded);
    const outdated = ended.slice(0, -ENDED_MAX).map(({ key }) => key);
    if (outdated.length === 0) return;
    const deleted = this.sql.exec<{ key: string }>(
      `DELETE FROM settings WHERE unwritten_of IS NULL AND key IN (SELECT value FROM json_each(?)) RETURNING key`,
      JSON.stringify(outdated),
    );
    for (const { key } of deleted) this.index.delete(key);
  }

  #delete(key: string): void {
    this.sql.exec("DELETE FROM settings WHERE key = ?", key);
    this.index.delete(key);
  }

  #countDrafts(): number {
    return this.index.all().filter(({ state }) => state.isDraft && !state.isEnded).length;
  }
}

const blockKey = (user: string): string => `block ${user}`;
const isDraftKey = (key: string): boolean => key.startsWith("draft ");

type ChannelSetting = Extract<Setting, { kind: "mute" | "level" }>;

const channelOf = (setting: ChannelSetting): string =>
  setting.kind === "mute" ? setting.mute.channel : setting.level.channel;

/** Whether the setting is the same as having none. */
const isDefault = (setting: ChannelSetting): boolean =>
  setting.kind === "mute" ? setting.mute.until === 0 : setting.level.level === defaultNotifyLevel;
