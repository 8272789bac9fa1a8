// What follows a person from device to device beside the inbox, in the same changefeed: drafts, and channels that are silent. One row each;
// an ended one stays as an empty row, so that a device that was away learns it.
import * as z from "zod";
import { ChatError } from "../domain/error";
import { type Draft, draft, limits, type Mute, mute } from "../protocol";

const setting = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("draft"), draft }),
  z.object({ kind: z.literal("mute"), mute }),
]);
export type Setting = z.infer<typeof setting>;

/** Drafts and mutes that are over. */
const REMEMBERED = 500;

type Row = { version: number; value: string };

export class Settings {
  constructor(
    private readonly sql: SqlStorage,
    /** The next version of the changefeed. */
    private readonly rise: () => number,
  ) {}

  /** Throws `too_many_drafts`. */
  putDraft(next: Draft): void {
    const key = `draft ${next.channel} ${next.thread ?? ""}`;
    const isKnown = this.#has(key);
    if (!isKnown && next.text === "") return;
    if (!isKnown && this.#countDrafts() >= limits.drafts) throw new ChatError("too_many_drafts");
    this.#put(key, next.channel, next.text === "", { kind: "draft", draft: next });
  }

  putMute(next: Mute): void {
    this.#put(`mute ${next.channel}`, next.channel, next.until === 0, { kind: "mute", mute: next });
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
      .map((row) => ({ ...row, setting: setting.parse(JSON.parse(row.value)) }));
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
