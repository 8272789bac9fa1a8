// Reads pages of the log: messages for people, events for cursors.

import { ChatError } from "../../domain/error";
import type { LogReader } from "../../domain/log";
import type { Batch, MessageVersion } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
import { type Event, limits, type Message, type Page, type PageQuery } from "../../protocol";
import { EntryReferences } from "./entry-references";
import { type EntryRow, entryColumns, entryOf, type RawEntry } from "./entry-row";
import { eventOf, messageOf } from "./wire-mapping";

/** The most entries that are searched for one batch of an author's messages. */
export const AUTHOR_SCAN_ENTRIES = 20_000;

export interface HistoryReader {
  sql: SqlStorage;
  /** The first entry that the reader may see; 0 for all. */
  since: number;
}

/**
 * Returns a page of messages in their current state, ascending: outside of threads, or of one
 * thread.
 */
export function readPage(reader: HistoryReader, log: Pick<LogReader, "head" | "epoch">, query: PageQuery): Page {
  const timeline = new Timeline(reader, query.thread ?? null);
  const { limit } = query;
  const page = (messages: Message[], moreBefore: boolean, moreAfter: boolean): Page => ({
    messages,
    moreBefore,
    moreAfter,
    head: log.head,
    epoch: log.epoch,
  });
  if (query.after !== undefined) {
    const [messages, hasMore] = timeline.after(query.after, limit);
    return page(messages, query.after > 0 && timeline.before(query.after + 1, 1)[0].length > 0, hasMore);
  }
  if (query.around !== undefined) {
    const [before, moreBefore] = timeline.before(query.around, Math.floor(limit / 2));
    const [from, moreAfter] = timeline.after(query.around - 1, Math.ceil(limit / 2));
    return page([...before, ...from], moreBefore, moreAfter);
  }
  const anchor = query.before ?? log.head + 1;
  const [messages, hasMore] = timeline.before(anchor, limit);
  return page(messages, hasMore, anchor <= log.head && timeline.after(anchor - 1, 1)[0].length > 0);
}

/**
 * The messages outside of threads, or of one thread. Each method also returns whether there are
 * more.
 */
class Timeline {
  readonly #sql: SqlStorage;
  readonly #condition: string;
  readonly #since: number;

  constructor({ sql, since }: HistoryReader, thread: number | null) {
    this.#sql = sql;
    this.#since = since;
    this.#condition = thread === null ? "e.thread IS NULL" : `e.thread = ${Number(thread)}`;
  }

  before(seq: number, limit: number): [Message[], boolean] {
    const [rows, hasMore] = takePage(
      this.#rows("e.seq < ? AND e.seq >= ?", "DESC", [seq, this.#since, limit + 1]),
      limit,
    );
    return [this.#messages(rows.reverse()), hasMore];
  }

  after(seq: number, limit: number): [Message[], boolean] {
    const [rows, hasMore] = takePage(
      this.#rows("e.seq > ? AND e.seq >= ?", "ASC", [seq, this.#since, limit + 1]),
      limit,
    );
    return [this.#messages(rows), hasMore];
  }

  #rows(condition: string, order: "ASC" | "DESC", bindings: number[]): Iterable<RawEntry> {
    return select(
      this.#sql,
      `e.type = 'message.sent' AND ${this.#condition} AND ${condition} ORDER BY e.seq ${order} LIMIT ?`,
      bindings,
    );
  }

  #messages(rows: EntryRow[]): Message[] {
    const references = new EntryReferences(this.#sql);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first && last) references.preloadAnnotations(first.seq, last.seq);
    return rows.map((row) => messageOf(row, references));
  }
}

const select = (sql: SqlStorage, rest: string, bindings: (number | string)[]): Iterable<RawEntry> =>
  sql.exec(`SELECT ${entryColumns} FROM entries e WHERE ${rest}`, ...bindings).raw<RawEntry>();

/**
 * Takes rows up to `limit` and the size of a page, but at least one. Also returns whether more
 * follow.
 */
function takePage(raws: Iterable<RawEntry>, limit: number): [EntryRow[], boolean] {
  const rows: EntryRow[] = [];
  let bytes = 0;
  for (const raw of raws) {
    const row = entryOf(raw);
    bytes += row.body?.length ?? 0;
    if (rows.length === limit || (rows.length > 0 && bytes > tuning.resumePageBytes)) return [rows, true];
    rows.push(row);
  }
  return [rows, false];
}

/** Returns one message in its current state. Throws `not_found`. */
export function readMessage({ sql, since }: HistoryReader, seq: number): Message {
  const raws = select(sql, "e.type = 'message.sent' AND e.seq = ? AND e.seq >= ?", [seq, since]);
  for (const raw of raws) return messageOf(entryOf(raw), new EntryReferences(sql));
  throw new ChatError("not_found", "no message has this seq");
}

/** Returns those of the messages at these seqs that exist and are not deleted. */
export function readMessagesAt({ sql, since }: HistoryReader, seqs: readonly number[]): Message[] {
  const references = new EntryReferences(sql);
  const condition =
    "e.type = 'message.sent' AND e.deleted = 0 AND e.seq >= ? AND e.seq IN (SELECT value FROM json_each(?))";
  return [...select(sql, condition, [since, JSON.stringify(seqs)])].map((raw) => messageOf(entryOf(raw), references));
}

/**
 * Returns a batch of one author's messages after a position, without deleted ones. Searches a
 * limited part of the log, so a batch may be empty although more follow.
 */
export function readMessagesBy(sql: SqlStorage, head: number, user: string, after: number): Batch<Message> {
  const references = new EntryReferences(sql);
  const end = Math.min(head, after + AUTHOR_SCAN_ENTRIES);
  const condition = `e.seq > ? AND e.seq <= ? AND e.actor = ? AND e.type = 'message.sent' AND e.deleted = 0
    ORDER BY e.seq LIMIT ?`;
  const [rows, hasMore] = takePage(select(sql, condition, [after, end, user, limits.pageMax + 1]), limits.pageMax);
  const last = hasMore ? (rows.at(-1)?.seq ?? end) : end;
  return { items: rows.map((row) => messageOf(row, references)), after: last < head ? last : null };
}

/** Returns the authors of the messages that are not deleted, in a limited part of the log. */
export function authorsOf(sql: SqlStorage, head: number, after: number): Batch<string> {
  const end = Math.min(head, after + AUTHOR_SCAN_ENTRIES);
  const rows = sql.exec<{ actor: string }>(
    "SELECT DISTINCT actor FROM entries WHERE seq > ? AND seq <= ? AND type = 'message.sent' AND deleted = 0",
    ...[after, end],
  );
  return { items: [...rows].map(({ actor }) => actor), after: end < head ? end : null };
}

/** Returns the number of messages in the log, including deleted ones. */
export const countMessages = (sql: SqlStorage): number =>
  sql.exec<{ count: number }>("SELECT count(*) AS count FROM entries WHERE type = 'message.sent'").one().count;

export function readPins({ sql, since }: HistoryReader): Message[] {
  const references = new EntryReferences(sql);
  const pinned = select(sql, "e.seq >= ? AND e.seq IN (SELECT seq FROM aspects WHERE pinned = 1) ORDER BY e.seq", [
    since,
  ]);
  const messages = [...pinned].map((raw) => messageOf(entryOf(raw), references));
  return messages.sort((one, other) => (one.pin.at ?? 0) - (other.pin.at ?? 0));
}

/**
 * Returns the texts of a message before its edits, oldest first. A deleted message has none. Throws
 * `not_found`.
 */
export function readVersions(reader: HistoryReader, seq: number): MessageVersion[] {
  readMessage(reader, seq);
  return reader.sql
    .exec<{ version: number; at: number; text: string }>(
      "SELECT version, at, body AS text FROM versions WHERE target = ? ORDER BY version",
      seq,
    )
    .toArray();
}

/** Returns the entry at `seq` as an event. Throws if it is missing. */
export function readEvent(sql: SqlStorage, seq: number): Event {
  for (const raw of select(sql, "e.seq = ?", [seq])) return eventOf(entryOf(raw), new EntryReferences(sql));
  throw new TypeError(`entry ${seq} is missing`);
}

/**
 * Returns the events after a position: as many as a resume page holds, but at least one if there is
 * one.
 */
export function readEvents(sql: SqlStorage, after: number): Event[] {
  const references = new EntryReferences(sql);
  const events: Event[] = [];
  let bytes = 0;
  for (const raw of select(sql, "e.seq > ? ORDER BY e.seq LIMIT ?", [after, tuning.resumePageEntries])) {
    const event = eventOf(entryOf(raw), references);
    bytes += "body" in event.data && event.data.body.state === "live" ? event.data.body.text.length : 0;
    if (events.length > 0 && bytes > tuning.resumePageBytes) break;
    events.push(event);
  }
  return events;
}
