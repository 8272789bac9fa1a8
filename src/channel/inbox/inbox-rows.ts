// Computes what the inbox of a member shows of this channel. Rows are computed from the log and
// never stored in the channel, so they are also right after edits and deletions.
import type { DeliveredRow } from "../../domain/block";
import type { InboxRowPosition } from "../../domain/inbox";
import type { NotificationMessage } from "../../domain/notification-ports";
import { attachmentsField, limits, type Preview, previewOf, previewSource } from "../../protocol";
import type { Calls } from "../calls/calls";
import { inboxCallsOf } from "../calls/inbox-calls";
import type { Log } from "../log/log";
import { attachmentsIn } from "../log/parts-column";
import { BlockedAuthors } from "../members/blocked-authors";
import type { MemberStates } from "../members/member-states";
import type { RosterMirror } from "../members/roster-mirror";
import type { UnseenState } from "../members/unseen-states";
import { type IndexedEntry, isOthersMessage, UnreadIndex } from "./unread-index";
import { UnseenMessages } from "./unseen-messages";

/**
 * The most entries that are searched for a preview or a count, so that many edits in a row cannot
 * make an inbox row slow.
 */
const SCAN_ENTRIES = 1_000;

interface UnreadCount {
  unread: number;
  mentions: number;
  /** How many of the mentions each author has made; null if there are none. */
  mentionedBy: Record<string, number> | null;
}

const NOTHING_UNREAD: UnreadCount = { unread: 0, mentions: 0, mentionedBy: null };

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
  readonly unseen: UnseenMessages;
  readonly blockedAuthors: BlockedAuthors;
  readonly #index: UnreadIndex;
  readonly #calls: () => Calls;
  #preview: { head: number; value: { seq: number; value: Preview } | null } | null = null;

  constructor(
    private readonly sql: SqlStorage,
    private readonly log: Log,
    private readonly memberStates: MemberStates,
    private readonly roster: RosterMirror,
    { now, calls }: { now: () => number; calls: () => Calls },
  ) {
    this.blockedAuthors = new BlockedAuthors(now);
    this.#calls = calls;
    this.#index = new UnreadIndex(
      ...([sql, log, () => roster.isLarge, (user: string) => roster.get(user)?.roles ?? []] as const),
    );
    this.unseen = new UnseenMessages(this.#index, memberStates, roster);
  }

  /**
   * Returns the fields that determine a member's row. Cheaper than the row, whose counts need the
   * log.
   */
  positionOf(user: string): InboxRowPosition {
    const { memberStates } = this;
    return {
      epochNumber: this.log.header.epochNumber,
      head: this.roster.visibleHead(user, this.log.head),
      read: memberStates.readOf(user),
      unreadFrom: memberStates.unreadFromOf(user),
    };
  }

  /** Returns from what the unseen messages of a member's row are computed. */
  unseenStateOf(user: string): UnseenState {
    return this.unseen.stateOf(user);
  }

  rowOf(user: string): DeliveredRow {
    const { epochNumber, head, read, unreadFrom } = this.positionOf(user);
    const lastAt = head === this.log.head ? this.log.lastAt : this.#timeOf(head);
    const since = this.roster.get(user)?.since ?? 0;
    const from = Math.max(unreadFrom === null ? read : Math.min(read, unreadFrom - 1), since);
    const { unread, mentions, mentionedBy } =
      from >= head ? NOTHING_UNREAD : this.#countFrom(user, epochNumber, from, head);
    // Deliveries of a large channel are rare, so a preview would outlive an edit or a deletion.
    const newest = this.roster.isLarge ? null : this.#newestPreview(head);
    const preview = newest && newest.seq >= since ? newest.value : null;
    const unseen = this.unseen.list(user, from);
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
      ...(unseen && { unseen, unseenBy: unseen.map(({ seq }) => this.#index.at(seq)?.actor ?? "") }),
      ...(mentionedBy && { mentionedBy }),
      ...inboxCallsOf(this.#calls(), this.roster.get(user), { read, previewAt: preview?.at ?? 0 }),
      ...(this.roster.guild && { guild: this.roster.guild.guild }),
    };
  }

  /** Returns the newest message of the channel; null if there is none. */
  preview(): Preview | null {
    return this.#newestPreview(this.log.head)?.value ?? null;
  }

  /**
   * Returns the newest entry of which a member may be notified: an unread message that concerns
   * them, or an edit that made a message mention them; null if there is none.
   */
  newestUnread(user: string): number | null {
    const edit = this.#newestEdit(user, 0)?.at ?? 0;
    const message = this.#newest(user, this.#readUpTo(user), (entry) => this.#index.concerns(entry, user)) ?? 0;
    return Math.max(edit, message) || null;
  }

  /**
   * Returns the newest mention of a member after a position, by an unread message or by an edit:
   * the entry that made it, and the message. Null if there is none.
   */
  newestMention(user: string, after: number): { at: number; seq: number } | null {
    const edit = this.#newestEdit(user, after);
    const isWanted = (entry: IndexedEntry) => this.#index.isMentioned(entry, user);
    const message = this.#newest(user, Math.max(this.#readUpTo(user), after), isWanted);
    return message !== null && message > (edit?.at ?? 0) ? { at: message, seq: message } : edit;
  }

  /** Whether a message exists, concerns a member, and is unread or unseen. */
  isUnread(user: string, seq: number): boolean {
    const entry = this.#index.at(seq);
    if (!entry || !isOthersMessage(entry, user)) return false;
    if (seq <= this.#readUpTo(user)) return this.unseen.isUnseen(user, seq);
    return this.#index.concerns(entry, user) && !this.unseen.seenBy(user).includes(seq);
  }

  /**
   * Returns what a message says to a member: the entry that made its body, and whether it mentions
   * them.
   */
  contentOf(user: string, seq: number): { version: number; mention: boolean } {
    const entry = this.#index.at(seq);
    return { version: entry?.version ?? 0, mention: entry !== undefined && this.#index.isMentioned(entry, user) };
  }

  /** Returns whom a message names, and the entry that made its body. */
  mentionOf(seq: number): { named: readonly string[]; version: number } {
    const entry = this.#index.at(seq);
    return { named: entry?.mentions?.users ?? [], version: entry?.version ?? 0 };
  }

  /** Returns the author of a message; empty if there is none. */
  authorOf(seq: number): string {
    return this.#index.at(seq)?.actor ?? "";
  }

  /** Returns what a notification shows of a message; null for a deleted message. */
  notificationMessage(seq: number): NotificationMessage | null {
    const row = this.sql
      .exec<{ author: string; at: number; thread: number | null; start: string; parts: string | null }>(
        `SELECT actor AS author, at, thread, substr(body, 1, ?) AS start, parts FROM current_entries
           WHERE seq = ? AND type = 'message.sent' AND deleted = 0`,
        ...[previewSource(limits.pushCodePoints), seq],
      )
      .toArray()[0];
    if (!row) return null;
    const { start, parts, ...message } = row;
    const text = previewOf(start, limits.pushCodePoints);
    return { ...message, text, ...attachmentsField(attachmentsIn(parts)) };
  }

  #newestEdit(user: string, after: number): { at: number; seq: number } | null {
    const edit = this.unseen.newestEdit(user, after);
    return edit && this.blockedAuthors.includes(user, this.authorOf(edit.seq)) ? null : edit;
  }

  #newest(user: string, after: number, isWanted: (entry: IndexedEntry) => boolean): number | null {
    const { head } = this.log;
    const oldest = Math.max(after, head - SCAN_ENTRIES) + 1;
    if (head < oldest) return null;
    const seen = this.unseen.seenBy(user);
    return this.#index.find(
      head,
      oldest,
      (entry, seq) =>
        isOthersMessage(entry, user) &&
        isWanted(entry) &&
        !seen.includes(seq) &&
        !this.blockedAuthors.includes(user, entry.actor),
    );
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
    const count: UnreadCount = { unread: 0, mentions: 0, mentionedBy: null };
    const seen = this.unseen.seenBy(user);
    this.#index.find(after + 1, until, (entry, seq) => {
      if (!isOthersMessage(entry, user) || !this.#index.concerns(entry, user)) return false;
      if (seen.length > 0 && seen.includes(seq)) return false;
      count.unread++;
      if (this.#index.isMentioned(entry, user)) {
        count.mentions++;
        count.mentionedBy ??= {};
        count.mentionedBy[entry.actor] = (count.mentionedBy[entry.actor] ?? 0) + 1;
      }
      return count.unread === limits.unreadMax;
    });
    return count;
  }

  /** Returns the time of an entry; 0 before the first one. */
  #timeOf(seq: number): number {
    return this.sql.exec<{ at: number }>("SELECT at FROM entries WHERE seq = ?", seq).toArray()[0]?.at ?? 0;
  }

  #newestPreview(head: number): { seq: number; value: Preview } | null {
    if (this.#preview?.head === head) return this.#preview.value;
    // The index remembers which entries are no messages, so that a row of deletions is read once.
    const oldest = Math.max(1, head - SCAN_ENTRIES + 1);
    const seq = head === 0 ? null : this.#index.find(head, oldest, ({ isLive, isInChannel }) => isLive && isInChannel);
    const value = seq === null ? null : { seq, value: this.#previewAt(seq) };
    this.#preview = { head, value };
    return value;
  }

  #previewAt(seq: number): Preview {
    const { author, at, start, parts } = this.sql
      .exec<{ author: string; at: number; start: string; parts: string | null }>(
        "SELECT actor AS author, at, substr(body, 1, ?) AS start, parts FROM current_entries WHERE seq = ?",
        ...[previewSource(), seq],
      )
      .one();
    return { author, at, text: previewOf(start), ...attachmentsField(attachmentsIn(parts)) };
  }
}
