// The log as counting sees it: who said something to whom, without the words. Read in pages that stay in memory, so that a hundred members are counted
// with one look at the rows; whatever is appended is read once, and what it changes with it.
import type { Mentions } from "../../protocol";
import type { Log } from "../log/log";

export interface IndexedEntry {
  actor: string;
  /** A message that is not deleted; nothing else counts. */
  isLive: boolean;
  thread: number | null;
  mentions: Mentions | null;
}

/** Entries of a page, and pages that are kept. */
const PAGE = 32;
const KEPT = 64;
const THREADS_KEPT = 1_000;

type Row = {
  seq: number;
  type: string;
  actor: string;
  target: number | null;
  thread: number | null;
  deleted: number;
  mentions: string | null;
};

const select = "SELECT seq, type, actor, target, thread, deleted, mentions FROM entries";

export class UnreadIndex {
  readonly #pages = new Map<number, IndexedEntry[]>();
  readonly #followers = new Map<number, ReadonlySet<string>>();
  #life: number;
  #head: number;
  #revisions = 0;

  constructor(
    private readonly sql: SqlStorage,
    private readonly log: Log,
  ) {
    this.#life = log.header.life;
    this.#head = log.head;
  }

  /** Rises with whatever may change what entries before it count. */
  get revisions(): number {
    this.#catchUp();
    return this.#revisions;
  }

  /** The first of them, from `from` on and up to `to` (downwards where that is less), that `isWanted`; null where there is none. */
  find(from: number, to: number, isWanted: (line: IndexedEntry) => boolean): number | null {
    this.#catchUp();
    const step = from <= to ? 1 : -1;
    for (let seq = from; seq !== to + step; seq += step) {
      const line = this.#at(seq);
      if (line && isWanted(line)) return seq;
    }
    return null;
  }

  isFollowedBy(user: string, thread: number): boolean {
    this.#catchUp();
    let followers = this.#followers.get(thread);
    if (!followers) {
      trim(this.#followers, THREADS_KEPT - 1);
      followers = new Set(this.log.annotations(thread).replies.followers);
      this.#followers.set(thread, followers);
    }
    return followers.has(user);
  }

  #at(seq: number): IndexedEntry | undefined {
    if (seq < 1 || seq > this.#head) return undefined;
    const number = Math.floor((seq - 1) / PAGE);
    const page = this.#pages.get(number) ?? this.#load(number);
    return page[(seq - 1) % PAGE];
  }

  #load(number: number): IndexedEntry[] {
    const first = number * PAGE + 1;
    const rows = this.sql.exec<Row>(`${select} WHERE seq BETWEEN ? AND ? ORDER BY seq`, first, first + PAGE - 1);
    const page = [...rows].map(indexedEntryOf);
    trim(this.#pages, KEPT - 1);
    this.#pages.set(number, page);
    return page;
  }

  #catchUp(): void {
    const { head, header } = this.log;
    if (this.#life === header.life && this.#head === head) return;
    // Where nobody was counted for long, what is wanted is read when it is.
    if (this.#life !== header.life || head < this.#head || head - this.#head > PAGE * KEPT) this.#forget();
    else for (const row of this.#after(this.#head)) this.#append(row);
    this.#life = header.life;
    this.#head = head;
  }

  #after(seq: number): Row[] {
    return this.sql.exec<Row>(`${select} WHERE seq > ? ORDER BY seq`, seq).toArray();
  }

  #append(row: Row): void {
    const { seq, type, target, thread } = row;
    const page = this.#pages.get(Math.floor((seq - 1) / PAGE));
    // A page that is not known up to there is read when it is wanted.
    if (page?.length === (seq - 1) % PAGE) page.push(indexedEntryOf(row));
    // Whoever writes in a thread follows it, and so does who began it.
    if (thread !== null) this.#follow(thread);
    if (target === null || !isRevision(type)) return;
    this.#revisions++;
    if (isFollowing(type)) this.#follow(target);
    else this.#revise(target);
  }

  #follow(thread: number): void {
    this.#followers.delete(thread);
    this.#revisions++;
  }

  #revise(seq: number): void {
    const page = this.#pages.get(Math.floor((seq - 1) / PAGE));
    const place = (seq - 1) % PAGE;
    if (!page?.[place]) return;
    page[place] = indexedEntryOf(this.sql.exec<Row>(`${select} WHERE seq = ?`, seq).one());
  }

  #forget(): void {
    this.#pages.clear();
    this.#followers.clear();
    this.#revisions++;
  }
}

/** Takes out what was put in first; a count runs through little of it. */
function trim(known: Map<number, unknown>, most: number): void {
  for (const oldest of known.keys()) {
    if (known.size <= most) return;
    known.delete(oldest);
  }
}

const isFollowing = (type: string): boolean => type === "thread.followed" || type === "thread.unfollowed";
const isRevision = (type: string): boolean =>
  isFollowing(type) || type === "message.edited" || type === "message.deleted";

const indexedEntryOf = ({ type, actor, thread, deleted, mentions }: Row): IndexedEntry => ({
  actor,
  isLive: type === "message.sent" && deleted === 0,
  thread,
  mentions: mentions === null ? null : JSON.parse(mentions),
});
