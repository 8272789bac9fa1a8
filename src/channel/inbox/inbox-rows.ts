// What a member's inbox shows of this channel, computed from the log: right after deletions too.
import type { InboxRowPosition } from "../../domain/inbox";
import type { NotificationMessage } from "../../domain/notification-ports";
import { type InboxRow, limits, type Preview, previewOf } from "../../protocol";
import type { Log } from "../log/log";
import type { MemberStates } from "../members/member-states";
import type { RosterMirror } from "../members/roster-mirror";
import { type IndexedEntry, UnreadIndex } from "./unread-index";

/** Entries that are looked at for a preview or a count, so that a long run of edits cannot make a summary slow. */
const SCAN = 1_000;

interface Count {
  unread: number;
  mentions: number;
}

/** Of somebody who is so far behind that only a revision changes it. */
interface FullCount extends Count {
  life: number;
  from: number;
  revisions: number;
}

export class InboxRows {
  readonly #full = new Map<string, FullCount>();
  readonly #lines: UnreadIndex;
  #preview: { head: number; value: { seq: number; value: Preview } | null } | null = null;

  constructor(
    private readonly sql: SqlStorage,
    private readonly log: Log,
    private readonly memberStates: MemberStates,
    private readonly roster: RosterMirror,
  ) {
    this.#lines = new UnreadIndex(sql, log);
  }

  positionOf(user: string): InboxRowPosition {
    const { memberStates } = this;
    return {
      life: this.log.header.life,
      head: this.log.head,
      read: memberStates.readOf(user),
      unreadFrom: memberStates.unreadFromOf(user),
    };
  }

  rowOf(user: string): InboxRow {
    const { life, head, read, unreadFrom } = this.positionOf(user);
    const { lastAt } = this.log;
    const since = this.roster.get(user)?.since ?? 0;
    const from = Math.max(unreadFrom === null ? read : Math.min(read, unreadFrom - 1), since);
    const { unread, mentions } = from >= head ? { unread: 0, mentions: 0 } : this.#countFrom(user, life, from, head);
    const newest = this.#newestShown(head);
    const preview = newest && newest.seq >= since ? newest.value : null;
    return { channel: this.log.header.channel, life, head, preview, read, unreadFrom, unread, mentions, at: lastAt };
  }

  /** The newest message that is unread and theirs to hear of. */
  newestUnread(user: string): number | null {
    return this.#newest(user, this.#readUpTo(user), (line) => this.#isHeard(line, user));
  }

  /** The newest of them that calls somebody, after an entry. */
  newestMention(user: string, after: number): number | null {
    return this.#newest(user, Math.max(this.#readUpTo(user), after), (line) => isMentioned(line, user));
  }

  /** Whether a message is there, theirs to hear of, and not read. */
  isUnread(user: string, seq: number): boolean {
    const isTheirs = (line: IndexedEntry) => isOthers(line, user) && this.#isHeard(line, user);
    return seq > this.#readUpTo(user) && this.#lines.find(seq, seq, isTheirs) !== null;
  }

  /** What a notification says of a message; null for one that is gone. */
  notificationMessage(seq: number): NotificationMessage | null {
    const row = this.sql
      .exec<{ author: string; at: number; thread: number | null; text: string }>(
        `SELECT actor AS author, at, thread, substr(body, 1, ?) AS text FROM entries
           WHERE seq = ? AND type = 'message.sent' AND deleted = 0`,
        ...[limits.pushCodePoints * 4, seq],
      )
      .toArray()[0];
    return row ? { ...row, text: previewOf(row.text, limits.pushCodePoints) } : null;
  }

  #newest(user: string, after: number, isWanted: (line: IndexedEntry) => boolean): number | null {
    const { head } = this.log;
    const oldest = Math.max(after, head - SCAN) + 1;
    return head < oldest ? null : this.#lines.find(head, oldest, (line) => isOthers(line, user) && isWanted(line));
  }

  /** On the channel, in a thread they follow, or calling them. */
  #isHeard(line: IndexedEntry, user: string): boolean {
    return line.thread === null || isMentioned(line, user) || this.#lines.isFollowedBy(user, line.thread);
  }

  /** Everything up to there was read, whatever was set to unread again, or is not theirs to read. */
  #readUpTo(user: string): number {
    return Math.max(this.memberStates.readOf(user), this.roster.get(user)?.since ?? 0);
  }

  #countFrom(user: string, life: number, from: number, head: number): Count {
    const { revisions } = this.#lines;
    const known = this.#full.get(user);
    if (known?.life === life && known.from === from && known.revisions === revisions) return known;
    const first = this.#count(user, from, Math.min(from + SCAN, head));
    if (first.unread === limits.unreadMax) this.#full.set(user, { life, from, revisions, ...first });
    // Nothing among the oldest entries, and there are more: what counts for a badge is what came last.
    return first.unread === 0 && head > from + SCAN ? this.#count(user, head - SCAN, head) : first;
  }

  /** Nobody's any more. */
  forget(user: string): void {
    this.#full.delete(user);
  }

  #count(user: string, after: number, until: number): Count {
    const count = { unread: 0, mentions: 0 };
    this.#lines.find(after + 1, until, (line) => {
      if (!isOthers(line, user) || !this.#isHeard(line, user)) return false;
      count.unread++;
      if (isMentioned(line, user)) count.mentions++;
      return count.unread === limits.unreadMax;
    });
    return count;
  }

  #newestShown(head: number): { seq: number; value: Preview } | null {
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

/** A live message of somebody else. */
const isOthers = ({ isLive, actor }: IndexedEntry, user: string): boolean => isLive && actor !== user;

/** Whether it calls them. */
const isMentioned = ({ mentions }: IndexedEntry, user: string): boolean =>
  mentions !== null && (mentions.all !== null || mentions.users.includes(user));
