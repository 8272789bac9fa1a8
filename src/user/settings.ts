// What follows a person from device to device beside the inbox, in the same changefeed: drafts, how loudly channels may be, and how they want to be seen and told. One row each;
// an ended one stays as an empty row, so that a device that was away learns it.
import * as z from "zod";
import { ChatError } from "../domain/error";
import type { Setting } from "../domain/ports";
import { channelLevel, type Draft, draft, limits, mute, notificationSettings, presenceMode } from "../protocol";

const kept: z.ZodType<Setting> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("draft"), draft }),
  z.object({ kind: z.literal("mute"), mute }),
  z.object({ kind: z.literal("level"), level: channelLevel }),
  z.object({ kind: z.literal("presence"), presence: presenceMode }),
  z.object({ kind: z.literal("notifications"), notifications: notificationSettings }),
]);

/** The channel of what is not of one. */
const EVERYWHERE = "";

/** Drafts, mutes and levels that are over. */
const REMEMBERED = 500;

type Row = { version: number; value: string };

export class Settings {
  constructor(
    private readonly sql: SqlStorage,
    /** The next version of the changefeed. */
    private readonly rise: () => number,
  ) {}

  /** The last one stored holds. Throws `too_many_drafts`. */
  put(setting: Setting): void {
    if (setting.kind === "draft") this.#putDraft(setting.draft);
    else if (isOfChannel(setting))
      this.#put(`${setting.kind} ${channelOf(setting)}`, channelOf(setting), isUsual(setting), setting);
    else this.#put(setting.kind, EVERYWHERE, false, setting);
  }

  #putDraft(next: Draft): void {
    const key = `draft ${next.channel} ${next.thread ?? ""}`;
    const isKnown = this.#has(key);
    if (!isKnown && next.text === "") return;
    if (!isKnown && this.#countDrafts() >= limits.drafts) throw new ChatError("too_many_drafts");
    this.#put(key, next.channel, next.text === "", { kind: "draft", draft: next });
  }

  /** Whoever leaves a channel loses what they kept of it. */
  forget(channel: string): void {
    this.sql.exec("DELETE FROM settings WHERE channel = ?", channel);
  }

  /** Changed after a version, oldest change first. */
  after(version: number, limit: number): (Row & { setting: Setting })[] {
    return this.sql
      .exec<Row>("SELECT version, value FROM settings WHERE version > ? ORDER BY version LIMIT ?", version, limit)
      .toArray()
      .map((row) => ({ ...row, setting: kept.parse(JSON.parse(row.value)) }));
  }

  #put(key: string, channel: string, isOver: boolean, value: Setting): void {
    this.sql.exec(
      "INSERT OR REPLACE INTO settings (key, channel, over, version, value) VALUES (?, ?, ?, ?, ?)",
      ...[key, channel, isOver ? 1 : 0, this.rise(), JSON.stringify(value)],
    );
    if (isOver) this.#prune();
  }

  /** Of what is over only the newest is remembered: a device that was away longer finds what it knew, and nothing worse. */
  #prune(): void {
    this.sql.exec(
      `DELETE FROM settings WHERE over = 1 AND version <=
         (SELECT version FROM settings WHERE over = 1 ORDER BY version DESC LIMIT 1 OFFSET ?)`,
      REMEMBERED,
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

type Loudness = Extract<Setting, { kind: "mute" | "level" }>;

const isOfChannel = (setting: Setting): setting is Loudness => setting.kind === "mute" || setting.kind === "level";

const channelOf = (setting: Loudness): string =>
  setting.kind === "mute" ? setting.mute.channel : setting.level.channel;

/** Whether it says what holds without it. */
const isUsual = (setting: Loudness): boolean =>
  setting.kind === "mute" ? setting.mute.until === 0 : setting.level.level === "all";
