// What a member's inbox shows of this channel, computed from the log: right after deletions too. A count is remembered with the stretch of the log
// that it is of, so that a growing one looks at what is new; whatever may change what was counted makes it look at all of it again.
import type { RowPlace } from "../domain/inbox";
import type { OwedMessage } from "../domain/push";
import { type InboxRow, limits, type Preview, previewOf } from "../protocol";
import type { ChannelLog } from "./log";
import type { RosterMirror } from "./roster-mirror";
import type { Standing } from "./standing";

/** Entries that are looked at for a preview or a count, so that a long run of edits cannot make a summary slow. */
const SCAN = 1_000;

/** A live message of somebody else that is theirs to hear of: on the channel, in a thread they follow, or calling them. */
const counted = `e.seq > ? AND e.seq <= ? AND e.type = 'message.sent' AND e.deleted = 0 AND e.actor <> ?`;
const calls = `(e.mentions IS NOT NULL AND (instr(e.mentions, ?) > 0 OR json_extract(e.mentions, '$.all') IS NOT NULL))`;
const heard = `(e.thread IS NULL OR ${calls}
  OR EXISTS (SELECT 1 FROM aspects a WHERE a.seq = e.thread AND instr(json_extract(a.replies, '$.followers'), ?) > 0))`;

/** Entries that may change what messages before them count. */
const revisions = "'message.edited', 'message.deleted', 'thread.followed', 'thread.unfollowed'";

interface Count {
  unread: number;
  mentions: number;
}

/** The entries after `from`, up to `until`, in one life of the log. */
interface KnownCount extends Count {
  life: number;
  from: number;
  until: number;
}

export class Summaries {
  readonly #counts = new Map<string, KnownCount>();
  #change: { after: number; head: number; value: boolean } | null = null;
  #preview: { head: number; value: { seq: number; value: Preview } | null } | null = null;

  constructor(
    private readonly sql: SqlStorage,
    private readonly log: ChannelLog,
    private readonly standing: Standing,
    private readonly roster: RosterMirror,
  ) {}

  placeOf(user: string): RowPlace {
    const { standing } = this;
    return {
      life: this.log.header.life,
      head: this.log.head,
      read: standing.readOf(user),
      unreadFrom: standing.unreadFromOf(user),
    };
  }

  rowOf(user: string): InboxRow {
    const { life, head, read, unreadFrom } = this.placeOf(user);
    const { lastAt } = this.log;
    const since = this.roster.get(user)?.since ?? 0;
    const from = Math.max(unreadFrom === null ? read : Math.min(read, unreadFrom - 1), since);
    const { unread, mentions } = from >= head ? { unread: 0, mentions: 0 } : this.#countFrom(user, life, from, head);
    const newest = this.#newest(head);
    const preview = newest && newest.seq >= since ? newest.value : null;
    return { channel: this.log.header.channel, life, head, preview, read, unreadFrom, unread, mentions, at: lastAt };
  }

  /** The newest message that is unread and theirs to hear of. */
  newestUnread(user: string): number | null {
    const { head } = this.log;
    return this.#newestUnread(user, Math.max(this.#readUpTo(user), head - SCAN), head, "");
  }

  /** The newest of them that calls somebody, after an entry. */
  newestCall(user: string, after: number): number | null {
    const { head } = this.log;
    return this.#newestUnread(user, Math.max(this.#readUpTo(user), after, head - SCAN), head, `AND ${calls}`);
  }

  /** Whether a message is there, theirs to hear of, and not read. */
  isUnread(user: string, seq: number): boolean {
    return seq > this.#readUpTo(user) && this.#newestUnread(user, seq - 1, seq, "") !== null;
  }

  /** Whether somebody was called, or something was deleted, after an entry. */
  hasChanged(after: number): boolean {
    const { head } = this.log;
    if (this.#change?.after === after && this.#change.head === head) return this.#change.value;
    const query = `SELECT 1 FROM entries WHERE seq > ? AND (mentions IS NOT NULL OR type = 'message.deleted') LIMIT 1`;
    const value = this.sql.exec(query, after).toArray().length > 0;
    this.#change = { after, head, value };
    return value;
  }

  /** What a notification says of a message; null for one that is gone. */
  startOf(seq: number): OwedMessage | null {
    const row = this.sql
      .exec<{ author: string; at: number; thread: number | null; text: string }>(
        `SELECT actor AS author, at, thread, substr(body, 1, ?) AS text FROM entries
           WHERE seq = ? AND type = 'message.sent' AND deleted = 0`,
        ...[limits.pushCodePoints * 4, seq],
      )
      .toArray()[0];
    return row ? { ...row, text: previewOf(row.text, limits.pushCodePoints) } : null;
  }

  #newestUnread(user: string, from: number, head: number, also: string): number | null {
    const me = JSON.stringify(user);
    const bound = [from, head, user, me, me, ...(also === "" ? [] : [me])];
    const query = `SELECT e.seq AS seq FROM entries e WHERE ${counted} AND ${heard} ${also} ORDER BY e.seq DESC LIMIT 1`;
    return this.sql.exec<{ seq: number }>(query, ...bound).toArray()[0]?.seq ?? null;
  }

  /** Everything up to there was read, whatever was set to unread again, or is not theirs to read. */
  #readUpTo(user: string): number {
    return Math.max(this.standing.readOf(user), this.roster.get(user)?.since ?? 0);
  }

  #countFrom(user: string, life: number, from: number, head: number): Count {
    if (head > from + SCAN) {
      const first = this.#count(user, from, from + SCAN, limits.unreadMax);
      // Nothing among the oldest entries, and there are more: what counts for a badge is what came last.
      return first.unread === 0 ? this.#count(user, head - SCAN, head, limits.unreadMax) : first;
    }
    const known = this.#counts.get(user);
    const isOfIt = known?.life === life && known.from === from && known.until <= head;
    const start = isOfIt && !this.#isRevised(user, known.until, head) ? known : { until: from, unread: 0, mentions: 0 };
    const room = limits.unreadMax - start.unread;
    const rest =
      room === 0 || start.until === head ? { unread: 0, mentions: 0 } : this.#count(user, start.until, head, room);
    const count = { unread: start.unread + rest.unread, mentions: start.mentions + rest.mentions };
    this.#counts.set(user, { life, from, until: head, ...count });
    return count;
  }

  /** Nobody's any more. */
  forget(user: string): void {
    this.#counts.delete(user);
  }

  /** A reply makes whoever began its thread follow it again. */
  #isRevised(user: string, after: number, head: number): boolean {
    const query = `SELECT 1 FROM entries e WHERE seq > ? AND seq <= ? AND (type IN (${revisions}) OR (thread IS NOT NULL
      AND EXISTS (SELECT 1 FROM entries r WHERE r.seq = e.thread AND r.actor = ?))) LIMIT 1`;
    return this.sql.exec(query, after, head, user).toArray().length > 0;
  }

  #count(user: string, from: number, until: number, most: number): Count {
    const me = JSON.stringify(user);
    return this.sql
      .exec<{ unread: number; mentions: number }>(
        `SELECT count(*) AS unread, coalesce(sum(called), 0) AS mentions
           FROM (SELECT ${calls} AS called FROM entries e WHERE ${counted} AND ${heard} LIMIT ?)`,
        ...[me, from, until, user, me, me, most],
      )
      .one();
  }

  #newest(head: number): { seq: number; value: Preview } | null {
    if (this.#preview?.head === head) return this.#preview.value;
    const row = this.sql
      .exec<{ seq: number; author: string; at: number; start: string }>(
        `SELECT seq, actor AS author, at, substr(body, 1, ?) AS start FROM entries
           WHERE seq > ? AND type = 'message.sent' AND thread IS NULL AND deleted = 0 ORDER BY seq DESC LIMIT 1`,
        ...[limits.previewCodePoints * 4, head - SCAN],
      )
      .toArray()[0];
    const value = row ? { seq: row.seq, value: { author: row.author, at: row.at, text: previewOf(row.start) } } : null;
    this.#preview = { head, value };
    return value;
  }
}
