// Reads pages of the log: messages for people, events for cursors.

import { charactersOfEntry } from "../../domain/archive";
import { eventUntil } from "../../domain/block";
import { ChatError } from "../../domain/error";
import { redactEvent } from "../../domain/history-visibility";
import { type LogReader, type MessageVersion, TO_CHANNEL } from "../../domain/log";
import { charactersOf } from "../../domain/message";
import type { Batch, PinPage, PinPosition, VersionBatch } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
import { type Event, limits, type Message, type Page, type PageQuery } from "../../protocol";
import { AnnotationRows } from "./annotation-rows";
import { EntryReferences } from "./entry-references";
import { type EntryRow, entryColumns, entryOf, type RawEntry } from "./entry-row";
import { sizeOfEvent, sizeOfMessage } from "./page-size";
import { attachmentsIn } from "./parts-column";
import { eventOf, messageOf } from "./wire-mapping";

/** The most entries that are searched for one batch of an author's messages. */
export const AUTHOR_SCAN_ENTRIES = 20_000;

export interface HistoryReader {
  sql: SqlStorage;
  /** The first entry that the reader may see; 0 for all. */
  since: number;
  /** The most characters of a page, as `page-size.ts` counts them. */
  pageSize?: number;
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
    const half = new Timeline({ ...reader, pageSize: pageSizeOf(reader) / 2 }, query.thread ?? null);
    const [before, moreBefore] = half.before(query.around, Math.floor(limit / 2));
    const [from, moreAfter] = half.after(query.around - 1, Math.ceil(limit / 2));
    return page([...before, ...from], moreBefore, moreAfter);
  }
  const anchor = query.before ?? log.head + 1;
  const [messages, hasMore] = timeline.before(anchor, limit);
  return page(messages, hasMore, anchor <= log.head && timeline.after(anchor - 1, 1)[0].length > 0);
}

const pageSizeOf = ({ pageSize = tuning.resumePageBytes }: HistoryReader): number => pageSize;

/**
 * The messages that the channel itself shows, or those of one thread. Each method also returns
 * whether there are more.
 */
class Timeline {
  readonly #reader: HistoryReader;
  readonly #condition: string;

  constructor(reader: HistoryReader, thread: number | null) {
    this.#reader = reader;
    this.#condition =
      thread === null ? `(e.thread IS NULL OR e.detail = '${TO_CHANNEL}')` : `e.thread = ${Number(thread)}`;
  }

  before(seq: number, limit: number): [Message[], boolean] {
    const [messages, hasMore] = this.#page("e.seq < ? AND e.seq >= ?", "DESC", seq, limit);
    return [messages.reverse(), hasMore];
  }

  after(seq: number, limit: number): [Message[], boolean] {
    return this.#page("e.seq > ? AND e.seq >= ?", "ASC", seq, limit);
  }

  #page(condition: string, order: "ASC" | "DESC", seq: number, limit: number): [Message[], boolean] {
    const { sql, since } = this.#reader;
    const raws = select(
      sql,
      `e.type = 'message.sent' AND ${this.#condition} AND ${condition} ORDER BY e.seq ${order} LIMIT ?`,
      [seq, since, limit + 1],
    );
    return takePage(sql, raws, limit, pageSizeOf(this.#reader));
  }
}

const select = (sql: SqlStorage, rest: string, bindings: (number | string)[]): Iterable<RawEntry> =>
  sql.exec(`SELECT ${entryColumns} FROM current_entries e WHERE ${rest}`, ...bindings).raw<RawEntry>();

/**
 * Returns the messages of rows: up to `limit`, and up to the size of a page, but at least one. Also
 * returns whether more follow.
 */
function takePage(sql: SqlStorage, raws: Iterable<RawEntry>, limit: number, pageSize: number): [Message[], boolean] {
  const rows: EntryRow[] = [];
  let characters = 0;
  let hasMore = false;
  for (const raw of raws) {
    const row = entryOf(raw);
    characters += charactersOfEntry(row);
    hasMore = rows.length === limit || (rows.length > 0 && characters > pageSize);
    if (hasMore) break;
    rows.push(row);
  }
  const references = new EntryReferences(sql);
  const seqs = rows.map(({ seq }) => seq);
  if (rows.length > 0) references.preloadAnnotations(Math.min(...seqs), Math.max(...seqs));
  const messages: Message[] = [];
  let size = 0;
  for (const row of rows) {
    const message = messageOf(row, references);
    size += sizeOfMessage(message);
    if (messages.length > 0 && size > pageSize) return [messages, true];
    messages.push(message);
  }
  return [messages, hasMore];
}

/** Returns one message in its current state. Throws `not_found`. */
export function readMessage({ sql, since }: HistoryReader, seq: number): Message {
  const raws = select(sql, "e.type = 'message.sent' AND e.seq = ? AND e.seq >= ?", [seq, since]);
  for (const raw of raws) return messageOf(entryOf(raw), new EntryReferences(sql));
  throw new ChatError("not_found", "no message has this seq");
}

/**
 * Returns those of the messages at these seqs that exist and are not deleted, ascending, up to the
 * size of a page. The next batch begins after `after`.
 */
export function readMessagesAt(reader: HistoryReader, seqs: readonly number[]): Batch<Message> {
  const condition = `e.type = 'message.sent' AND e.deleted = 0 AND e.seq >= ?
    AND e.seq IN (SELECT value FROM json_each(?)) ORDER BY e.seq`;
  const raws = select(reader.sql, condition, [reader.since, JSON.stringify(seqs)]);
  const [items, hasMore] = takePage(reader.sql, raws, limits.pageMax, pageSizeOf(reader));
  return { items, after: hasMore ? (items.at(-1)?.seq ?? null) : null };
}

/**
 * Returns a batch of one author's messages after a position, without deleted ones. Searches a
 * limited part of the log, so a batch may be empty although more follow.
 */
export function readMessagesBy(sql: SqlStorage, head: number, user: string, after: number): Batch<Message> {
  const end = Math.min(head, after + AUTHOR_SCAN_ENTRIES);
  const condition = `e.seq > ? AND e.seq <= ? AND e.actor = ? AND e.type = 'message.sent' AND e.deleted = 0
    ORDER BY e.seq LIMIT ?`;
  const raws = select(sql, condition, [after, end, user, limits.pageMax + 1]);
  const [items, hasMore] = takePage(sql, raws, limits.pageMax, tuning.resumePageBytes);
  const last = hasMore ? (items.at(-1)?.seq ?? end) : end;
  return { items, after: last < head ? last : null };
}

/**
 * Returns the position of the last entry that is older than a time (epoch milliseconds); 0 if there
 * is none. Times in a log never go back, so it reads about 20 rows of a million.
 */
export function positionBefore(sql: SqlStorage, head: number, time: number): number {
  let [older, newer] = [0, head + 1];
  while (newer - older > 1) {
    const middle = (older + newer) >> 1;
    const { at } = sql.exec<{ at: number }>("SELECT at FROM entries WHERE seq = ?", middle).one();
    if (at < time) older = middle;
    else newer = middle;
  }
  return older;
}

/** Returns the authors of the messages in a limited part of the log, without deleted messages. */
export function readAuthors(sql: SqlStorage, head: number, after: number): Batch<string> {
  const end = Math.min(head, after + AUTHOR_SCAN_ENTRIES);
  const items = sql
    .exec<{ actor: string }>(
      `SELECT DISTINCT actor FROM current_entries
         WHERE seq > ? AND seq <= ? AND type = 'message.sent' AND deleted = 0`,
      ...[after, end],
    )
    .toArray()
    .map(({ actor }) => actor);
  return { items, after: end < head ? end : null };
}

/** Returns the number of messages in the log, including deleted ones. */
export const countMessages = (sql: SqlStorage): number =>
  sql.exec<{ count: number }>("SELECT count(*) AS count FROM entries WHERE type = 'message.sent'").one().count;

/**
 * Returns a page of the pinned messages after a position, oldest pin first: up to `limit`, and up
 * to the size of a page, but at least one.
 */
export function readPins(reader: HistoryReader, after: PinPosition | null, limit: number): PinPage {
  const left = new AnnotationRows(reader.sql)
    .pins(reader.since)
    .filter((pin) => after === null || pin.at > after.at || (pin.at === after.at && pin.seq > after.seq));
  const items: Message[] = [];
  let size = 0;
  for (const [index, { seq }] of left.entries()) {
    if (index === limit) return { items, next: left[index - 1] ?? null };
    const message = readMessage(reader, seq);
    size += sizeOfMessage(message);
    if (index > 0 && size > pageSizeOf(reader)) return { items, next: left[index - 1] ?? null };
    items.push(message);
  }
  return { items, next: null };
}

/**
 * Returns a page of the parts of a message before its edits, oldest first, after a version: up to
 * `limit`, and up to the size of a page, but at least one. A deleted message has none. Throws
 * `not_found`.
 */
export function readVersions(reader: HistoryReader, seq: number, after: number, limit: number): VersionBatch {
  if (readMessage(reader, seq).body.state === "deleted") return { items: [], after: null };
  const versions = reader.sql.exec<VersionColumns>(
    "SELECT version, at, body AS text, parts FROM versions WHERE target = ? AND version > ? ORDER BY version LIMIT ?",
    ...[seq, after, limit + 1],
  );
  const items: MessageVersion[] = [];
  let size = 0;
  for (const row of versions) {
    const version = versionOf(row);
    size += charactersOf(version);
    const isFull = items.length === limit || (items.length > 0 && size > pageSizeOf(reader));
    if (isFull) return { items, after: items.at(-1)?.version ?? null };
    items.push(version);
  }
  return { items, after: null };
}

export type VersionColumns = { version: number; at: number; text: string; parts: string | null };

export const versionOf = ({ version, at, text, parts }: VersionColumns): MessageVersion => ({
  text,
  version,
  at,
  ...(parts !== null && { attachments: attachmentsIn(parts) }),
});

/** Returns the entry at `seq` as an event. Throws if it is missing. */
export function readEvent(sql: SqlStorage, seq: number): Event {
  for (const raw of select(sql, "e.seq = ?", [seq])) return eventOf(entryOf(raw), new EntryReferences(sql));
  throw new TypeError(`entry ${seq} is missing`);
}

/**
 * Returns the events after a position, for a reader who may see the log from `since` on, and with
 * `until` up to there: as many as a resume page holds, but at least one if there is one.
 */
export function readEvents(
  sql: SqlStorage,
  after: number,
  since: number,
  until?: number,
): { events: Event[]; last: number | null; characters: number } {
  const references = new EntryReferences(sql);
  const events: Event[] = [];
  let characters = 0;
  for (const raw of select(sql, "e.seq > ? ORDER BY e.seq LIMIT ?", [after, tuning.resumePageEntries])) {
    const present = redactEvent(eventOf(entryOf(raw), references), since);
    if (until !== undefined && present.seq > until) break;
    const event = until === undefined ? present : eventUntil(present, until);
    const size = sizeOfEvent(event);
    if (events.length > 0 && characters + size > tuning.resumePageBytes) break;
    events.push(event);
    characters += size;
  }
  return { events, last: events.at(-1)?.seq ?? null, characters };
}
