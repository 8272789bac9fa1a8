// Computes what the inbox of a member shows of this channel. Rows are computed from the log and
// never stored in the channel, so they are also right after edits and deletions.
import type { InboxRowPosition } from "../../domain/inbox";
import type { NotificationMessage } from "../../domain/notification-ports";
import { attachmentsField, type InboxRow, limits, type Preview, previewOf, previewSource } from "../../protocol";
import type { Log } from "../log/log";
import { attachmentsIn } from "../log/parts-column";
import type { MemberStates } from "../members/member-states";
import type { RosterMirror } from "../members/roster-mirror";
import { type IndexedEntry, UnreadIndex } from "./unread-index";

/**
 * The most entries that are searched for a preview or a count, so that many edits in a row cannot
 * make an inbox row slow.
 */
const SCAN_ENTRIES = 1_000;

interface UnreadCount {
  unread: number;
  mentions: number;
}

/**
 * The count of a member with `limits.unreadMax` unread messages. Only a revision of the index
 * changes this count.
 */
interface FullCount extends UnreadCount {
  epochNumber: number;
  from: number;
  revisions: number;
}

export class InboxRows {
  /** Bound: the members, about 150 bytes each. */
  readonly #fullCounts = new Map<string, FullCount>();
  readonly #index: UnreadIndex;
  #preview: { head: number; value: { seq: number; value: Preview } | null } | null = null;

  constructor(
    private readonly sql: SqlStorage,
    private readonly log: Log,
    private readonly memberStates: MemberStates,
    private readonly roster: RosterMirror,
  ) {
    this.#index = new UnreadIndex(sql, log);
  }

  /**
   * Returns the fields that determine a member's row. Cheaper than the row, whose counts need the
   * log.
   */
  positionOf(user: string): InboxRowPosition {
    const { memberStates } = this;
    return {
      epochNumber: this.log.header.epochNumber,
      head: this.log.head,
      read: memberStates.readOf(user),
      unreadFrom: memberStates.unreadFromOf(user),
    };
  }

  rowOf(user: string): InboxRow {
    const { epochNumber, head, read, unreadFrom } = this.positionOf(user);
    const { lastAt } = this.log;
    const since = this.roster.get(user)?.since ?? 0;
    const from = Math.max(unreadFrom === null ? read : Math.min(read, unreadFrom - 1), since);
    const { unread, mentions } =
      from >= head ? { unread: 0, mentions: 0 } : this.#countFrom(user, epochNumber, from, head);
    const newest = this.#newestPreview(head);
    const preview = newest && newest.seq >= since ? newest.value : null;
    return {
      channel: this.log.header.channel,
      epochNumber,
      head,
      preview,
      read,
      unreadFrom,
      unread,
      mentions,
      at: lastAt,
    };
  }

  /** Returns the newest message of the channel; null if there is none. */
  preview(): Preview | null {
    return this.#newestPreview(this.log.head)?.value ?? null;
  }

  /** Returns the newest unread message that concerns a member; null if there is none. */
  newestUnread(user: string): number | null {
    return this.#newest(user, this.#readUpTo(user), (entry) => this.#concerns(entry, user));
  }

  /**
   * Returns the newest unread message after a position that mentions a member; null if there is
   * none.
   */
  newestMention(user: string, after: number): number | null {
    return this.#newest(user, Math.max(this.#readUpTo(user), after), (entry) => isMentioned(entry, user));
  }

  /** Whether a message exists, concerns a member, and is unread. */
  isUnread(user: string, seq: number): boolean {
    const concerns = (entry: IndexedEntry) => isOthersMessage(entry, user) && this.#concerns(entry, user);
    return seq > this.#readUpTo(user) && this.#index.find(seq, seq, concerns) !== null;
  }

  /** Returns what a notification shows of a message; null for a deleted message. */
  notificationMessage(seq: number): NotificationMessage | null {
    const row = this.sql
      .exec<{ author: string; at: number; thread: number | null; start: string; parts: string | null }>(
        `SELECT actor AS author, at, thread, substr(body, 1, ?) AS start, parts FROM entries
           WHERE seq = ? AND type = 'message.sent' AND deleted = 0`,
        ...[previewSource(limits.pushCodePoints), seq],
      )
      .toArray()[0];
    if (!row) return null;
    const { start, parts, ...message } = row;
    const text = previewOf(start, limits.pushCodePoints);
    return { ...message, text, ...attachmentsField(attachmentsIn(parts)) };
  }

  #newest(user: string, after: number, isWanted: (entry: IndexedEntry) => boolean): number | null {
    const { head } = this.log;
    const oldest = Math.max(after, head - SCAN_ENTRIES) + 1;
    if (head < oldest) return null;
    return this.#index.find(head, oldest, (entry) => isOthersMessage(entry, user) && isWanted(entry));
  }

  /**
   * Whether a message is outside of threads, in a thread that the member follows, or mentions them.
   */
  #concerns(entry: IndexedEntry, user: string): boolean {
    return entry.thread === null || isMentioned(entry, user) || this.#index.isFollowedBy(user, entry.thread);
  }

  /**
   * Returns the position up to which a member has read everything or may not see it. An unread-from
   * mark does not count.
   */
  #readUpTo(user: string): number {
    return Math.max(this.memberStates.readOf(user), this.roster.get(user)?.since ?? 0);
  }

  #countFrom(user: string, epochNumber: number, from: number, head: number): UnreadCount {
    const { revisions } = this.#index;
    const known = this.#fullCounts.get(user);
    if (known?.epochNumber === epochNumber && known.from === from && known.revisions === revisions) return known;
    const first = this.#count(user, from, Math.min(from + SCAN_ENTRIES, head));
    if (first.unread === limits.unreadMax) this.#fullCounts.set(user, { epochNumber, from, revisions, ...first });
    // If the oldest entries contain no unread message and there are more entries, the newest are
    // counted instead.
    return first.unread === 0 && head > from + SCAN_ENTRIES ? this.#count(user, head - SCAN_ENTRIES, head) : first;
  }

  /** Drops the cached count of a former member. */
  forget(user: string): void {
    this.#fullCounts.delete(user);
  }

  #count(user: string, after: number, until: number): UnreadCount {
    const count = { unread: 0, mentions: 0 };
    this.#index.find(after + 1, until, (entry) => {
      if (!isOthersMessage(entry, user) || !this.#concerns(entry, user)) return false;
      count.unread++;
      if (isMentioned(entry, user)) count.mentions++;
      return count.unread === limits.unreadMax;
    });
    return count;
  }

  #newestPreview(head: number): { seq: number; value: Preview } | null {
    if (this.#preview?.head === head) return this.#preview.value;
    // The index remembers which entries are no messages, so that a row of deletions is read once.
    const oldest = Math.max(1, head - SCAN_ENTRIES + 1);
    const seq = head === 0 ? null : this.#index.find(head, oldest, ({ isLive, thread }) => isLive && thread === null);
    const value = seq === null ? null : { seq, value: this.#previewAt(seq) };
    this.#preview = { head, value };
    return value;
  }

  #previewAt(seq: number): Preview {
    const { author, at, start, parts } = this.sql
      .exec<{ author: string; at: number; start: string; parts: string | null }>(
        "SELECT actor AS author, at, substr(body, 1, ?) AS start, parts FROM entries WHERE seq = ?",
        ...[previewSource(), seq],
      )
      .one();
    return { author, at, text: previewOf(start), ...attachmentsField(attachmentsIn(parts)) };
  }
}

/** Whether an entry is a message of another member that is not deleted. */
const isOthersMessage = ({ isLive, actor }: IndexedEntry, user: string): boolean => isLive && actor !== user;

/** Whether a message mentions a member. */
const isMentioned = ({ mentions }: IndexedEntry, user: string): boolean =>
  mentions !== null && (mentions.all !== null || mentions.users.includes(user));
