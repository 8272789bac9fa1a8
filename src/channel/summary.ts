// What a member's inbox shows of this channel, computed from the log and never counted up: right after deletions too.
import { type InboxRow, limits, type Preview, previewOf } from "../protocol";
import type { ChannelLog } from "./log";
import type { Standing } from "./standing";

/** Entries that are looked at for a preview or a count, so that a long run of edits cannot make a summary slow. */
const SCAN = 1_000;

export class Summaries {
  #preview: { head: number; value: Preview | null } | null = null;

  constructor(
    private readonly sql: SqlStorage,
    private readonly log: ChannelLog,
    private readonly standing: Standing,
  ) {}

  rowOf(user: string): InboxRow {
    const read = this.standing.readOf(user);
    const { head, lastAt } = this.log;
    const unread = read >= head ? 0 : this.#countUnread(user, read);
    return { channel: this.log.header.channel, head, preview: this.#newest(head), read, unread, at: lastAt };
  }

  #countUnread(user: string, read: number): number {
    return this.sql
      .exec<{ unread: number }>(
        `SELECT count(*) AS unread FROM (SELECT 1 FROM entries
           WHERE seq > ? AND seq <= ? AND type = 'message.sent' AND deleted = 0 AND actor <> ? LIMIT ?)`,
        ...[read, read + SCAN, user, limits.unreadMax],
      )
      .one().unread;
  }

  #newest(head: number): Preview | null {
    if (this.#preview?.head === head) return this.#preview.value;
    const row = this.sql
      .exec<{ author: string; at: number; start: string }>(
        `SELECT actor AS author, at, substr(body, 1, ?) AS start FROM entries
           WHERE seq > ? AND type = 'message.sent' AND deleted = 0 ORDER BY seq DESC LIMIT 1`,
        ...[limits.previewCodePoints * 4, head - SCAN],
      )
      .toArray()[0];
    const value = row ? { author: row.author, at: row.at, text: previewOf(row.start) } : null;
    this.#preview = { head, value };
    return value;
  }
}
