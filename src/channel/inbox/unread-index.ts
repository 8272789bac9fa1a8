// The entries of the log without their text, in memory, to count unread messages and mentions.
// Entries are read in pages that stay in memory, so that a row is read once for all members. Each
// appended entry is read once, together with the message that the entry changes.
import { TO_CHANNEL } from "../../domain/log";
import { isMentionedIn } from "../../domain/mention-changes";
import type { Mentions } from "../../protocol";
import type { Log } from "../log/log";

export interface IndexedEntry {
  actor: string;
  /** Whether the entry is a message that is not deleted. No other entry counts. */
  isLive: boolean;
  thread: number | null;
  /** Whether the channel itself shows the entry if it is a message. */
  isInChannel: boolean;
  /** Whom a message mentions; null for nobody. */
  mentions: Mentions | null;
  /** The entry that made the present body; 0 if the entry is not a message. */
  version: number;
}

const PAGE_ENTRIES = 32;
/** How many pages are kept, and the followers of how many threads. */
const PAGES_MAX = 64;
const THREADS_MAX = 200;
/** The bytes of the pages that are kept: an entry, and each user whom it mentions. */
const PAGES_BYTES = 2 * 1024 ** 2;
const ENTRY_BYTES = 150;
const MENTION_BYTES = 60;

type IndexColumns = {
  seq: number;
  type: string;
  actor: string;
  target: number | null;
  thread: number | null;
  deleted: number;
  mentions: string | null;
  version: number | null;
  detail: string | null;
};

const select = "SELECT seq, type, actor, target, thread, deleted, mentions, version, detail FROM current_entries";

export class UnreadIndex {
  /** Bound: `PAGES_BYTES` when a page is added, and `PAGES_MAX` pages. */
  readonly #pages = new Map<number, IndexedEntry[]>();
  /** Bound: `THREADS_MAX` threads with at most `groupMembers` followers of about 100 bytes. */
  readonly #followers = new Map<number, ReadonlySet<string>>();
  #epochNumber: number;
  #head: number;
  #revisions = 0;
  /** No entry after this one is a reply in a thread. */
  #newestReply: number;

  constructor(
    private readonly sql: SqlStorage,
    private readonly log: Log,
    /** Whether only messages that mention a member concern them, as in a large channel. */
    private readonly countsMentions: () => boolean = () => false,
    /** The roles of a member of a large channel. Its messages do not name those who have a role. */
    private readonly rolesOf: (user: string) => readonly string[] = () => [],
  ) {
    this.#epochNumber = log.header.epochNumber;
    this.#head = log.head;
    this.#newestReply = log.head;
  }

  /** A number that rises with every entry that may change the count of older entries. */
  get revisions(): number {
    this.#catchUp();
    return this.#revisions;
  }

  /**
   * Returns the seq of the first wanted entry from `from` to `to`, upwards or downwards; null if
   * there is none.
   */
  find(from: number, to: number, isWanted: (entry: IndexedEntry, seq: number) => boolean): number | null {
    this.#catchUp();
    const step = from <= to ? 1 : -1;
    for (let seq = from; seq !== to + step; seq += step) {
      const entry = this.#at(seq);
      if (entry && isWanted(entry, seq)) return seq;
    }
    return null;
  }

  /** Returns the entry at `seq`; undefined if there is none. */
  at(seq: number): IndexedEntry | undefined {
    this.#catchUp();
    return this.#at(seq);
  }

  /** Whether an entry after a position may be a reply in a thread. */
  mayHaveReplyAfter(seq: number): boolean {
    this.#catchUp();
    return seq < this.#newestReply;
  }

  /**
   * Whether a message is shown in the channel itself, is in a thread that the member follows, or
   * mentions them. In a large channel only a mention counts.
   */
  concerns(entry: IndexedEntry, user: string): boolean {
    if (this.countsMentions()) return this.isMentioned(entry, user);
    const { thread, isInChannel } = entry;
    return isInChannel || thread === null || this.isMentioned(entry, user) || this.isFollowedBy(user, thread);
  }

  /** Whether a message mentions a member: by name, with everyone, or by a role. */
  isMentioned({ mentions }: IndexedEntry, user: string): boolean {
    if (mentions === null) return false;
    if (isMentionedIn(mentions, user)) return true;
    const { roles = [] } = mentions;
    return roles.length > 0 && this.countsMentions() && this.rolesOf(user).some((role) => roles.includes(role));
  }

  isFollowedBy(user: string, thread: number): boolean {
    this.#catchUp();
    let followers = this.#followers.get(thread);
    if (!followers) {
      trim(this.#followers, THREADS_MAX - 1);
      followers = new Set(this.log.annotations(thread).replies.followers);
      this.#followers.set(thread, followers);
    }
    return followers.has(user);
  }

  #at(seq: number): IndexedEntry | undefined {
    if (seq < 1 || seq > this.#head) return undefined;
    const number = Math.floor((seq - 1) / PAGE_ENTRIES);
    const page = this.#pages.get(number) ?? this.#load(number);
    return page[(seq - 1) % PAGE_ENTRIES];
  }

  #load(number: number): IndexedEntry[] {
    const first = number * PAGE_ENTRIES + 1;
    const page = this.#rowsBetween(first, first + PAGE_ENTRIES - 1).map(indexedEntryOf);
    trim(this.#pages, PAGES_MAX - 1);
    this.#pages.set(number, page);
    while (this.#pages.size > 1 && this.bytes > PAGES_BYTES) trim(this.#pages, this.#pages.size - 1);
    return page;
  }

  /** The bytes of all pages, estimated from above. */
  get bytes(): number {
    const mentioned = ({ mentions }: IndexedEntry) => mentions?.users.length ?? 0;
    const bytesOf = (page: IndexedEntry[]) =>
      page.reduce((sum, entry) => sum + ENTRY_BYTES + MENTION_BYTES * mentioned(entry), 0);
    return [...this.#pages.values()].reduce((sum, page) => sum + bytesOf(page), 0);
  }

  #catchUp(): void {
    const { head, header } = this.log;
    if (this.#epochNumber === header.epochNumber && this.#head === head) return;
    // If the index is far behind or of another epoch, it starts again: pages are read when they are
    // needed.
    if (this.#epochNumber !== header.epochNumber || head < this.#head || head - this.#head > PAGE_ENTRIES * PAGES_MAX)
      this.#clear();
    else for (const row of this.#rowsBetween(this.#head + 1, head)) this.#addEntry(row);
    this.#epochNumber = header.epochNumber;
    this.#head = head;
  }

  #rowsBetween(first: number, last: number): IndexColumns[] {
    return this.sql.exec<IndexColumns>(`${select} WHERE seq BETWEEN ? AND ? ORDER BY seq`, first, last).toArray();
  }

  #addEntry(row: IndexColumns): void {
    const { seq, type, target, thread } = row;
    const page = this.#pages.get(Math.floor((seq - 1) / PAGE_ENTRIES));
    // A page that is not loaded up to this entry is read when it is needed.
    if (page?.length === (seq - 1) % PAGE_ENTRIES) page.push(indexedEntryOf(row));
    // The author of a reply follows its thread, and so does the author of the root.
    if (thread !== null) {
      this.#dropFollowers(thread);
      this.#newestReply = seq;
    }
    if (type === "messages.purged") this.#clear();
    if (target === null || !isRevision(type)) return;
    this.#revisions++;
    if (isFollowChange(type)) this.#dropFollowers(target);
    else this.#reload(target);
  }

  #dropFollowers(thread: number): void {
    this.#followers.delete(thread);
    this.#revisions++;
  }

  #reload(seq: number): void {
    const page = this.#pages.get(Math.floor((seq - 1) / PAGE_ENTRIES));
    const at = (seq - 1) % PAGE_ENTRIES;
    if (!page?.[at]) return;
    page[at] = indexedEntryOf(this.sql.exec<IndexColumns>(`${select} WHERE seq = ?`, seq).one());
  }

  #clear(): void {
    this.#pages.clear();
    this.#followers.clear();
    this.#newestReply = this.log.head;
    this.#revisions++;
  }
}

/** Whether an entry is a message of another member that is not deleted. */
export const isOthersMessage = ({ isLive, actor }: IndexedEntry, user: string): boolean => isLive && actor !== user;

/** Removes the entries that were added first. A count needs few of them. */
function trim(map: Map<number, unknown>, maxSize: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= maxSize) return;
    map.delete(oldest);
  }
}

const isFollowChange = (type: string): boolean => type === "thread.followed" || type === "thread.unfollowed";
const isRevision = (type: string): boolean =>
  isFollowChange(type) || type === "message.edited" || type === "message.deleted";

function indexedEntryOf(columns: IndexColumns): IndexedEntry {
  const { type, actor, thread, deleted, mentions, version, detail } = columns;
  const isMessage = type === "message.sent";
  return {
    actor,
    isLive: isMessage && deleted === 0,
    thread,
    isInChannel: thread === null || detail === TO_CHANNEL,
    mentions: isMessage && mentions !== null ? JSON.parse(mentions) : null,
    version: isMessage ? (version ?? 0) : 0,
  };
}
