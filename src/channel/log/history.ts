// Reading the log back: pages of messages for people, pages of events for cursors. `since` is the first entry a reader may know of.
import { ChatError } from "../../domain/error";
import type { LogReader } from "../../domain/log";
import type { Batch, MessageVersion } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
import { type Event, limits, type Message, type Page, type PageQuery } from "../../protocol";
import { EntryReferences } from "./entry-references";
import { type EntryRow, entryColumns, entryOf, type RawEntry } from "./entry-row";
import { eventOf, messageOf } from "./wire-mapping";

/** Entries looked at for one page of an author. */
const STRETCH = 20_000;

export interface Reader {
  sql: SqlStorage;
  since: number;
}

/** Messages of the channel itself, or of one thread, around an anchor in their current state, ascending. */
export function readPage(reader: Reader, log: Pick<LogReader, "head" | "epoch">, query: PageQuery): Page {
  const shelf = new Shelf(reader, query.thread ?? null);
  const { limit } = query;
  const page = (messages: Message[], moreBefore: boolean, moreAfter: boolean): Page => ({
    messages,
    moreBefore,
    moreAfter,
    head: log.head,
    epoch: log.epoch,
  });
  if (query.after !== undefined) {
    const [messages, cut] = shelf.after(query.after, limit);
    return page(messages, query.after > 0 && shelf.before(query.after + 1, 1)[0].length > 0, cut);
  }
  if (query.around !== undefined) {
    const [before, moreBefore] = shelf.before(query.around, Math.floor(limit / 2));
    const [from, moreAfter] = shelf.after(query.around - 1, Math.ceil(limit / 2));
    return page([...before, ...from], moreBefore, moreAfter);
  }
  const anchor = query.before ?? log.head + 1;
  const [messages, cut] = shelf.before(anchor, limit);
  return page(messages, cut, anchor <= log.head && shelf.after(anchor - 1, 1)[0].length > 0);
}

/** The messages of one place, read towards either end; each answer says whether there are more. */
class Shelf {
  readonly #sql: SqlStorage;
  readonly #place: string;
  readonly #since: number;

  constructor({ sql, since }: Reader, thread: number | null) {
    this.#sql = sql;
    this.#since = since;
    this.#place = thread === null ? "e.thread IS NULL" : `e.thread = ${Number(thread)}`;
  }

  before(seq: number, limit: number): [Message[], boolean] {
    const [rows, cut] = take(this.#rows("e.seq < ? AND e.seq >= ?", "DESC", [seq, this.#since, limit + 1]), limit);
    return [this.#messages(rows.reverse()), cut];
  }

  after(seq: number, limit: number): [Message[], boolean] {
    const [rows, cut] = take(this.#rows("e.seq > ? AND e.seq >= ?", "ASC", [seq, this.#since, limit + 1]), limit);
    return [this.#messages(rows), cut];
  }

  #rows(condition: string, order: "ASC" | "DESC", bindings: number[]): Iterable<RawEntry> {
    return select(
      this.#sql,
      `e.type = 'message.sent' AND ${this.#place} AND ${condition} ORDER BY e.seq ${order} LIMIT ?`,
      bindings,
    );
  }

  #messages(rows: EntryRow[]): Message[] {
    const around = new EntryReferences(this.#sql);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first && last) around.expect(first.seq, last.seq);
    return rows.map((row) => messageOf(row, around));
  }
}

const select = (sql: SqlStorage, rest: string, bindings: (number | string)[]): Iterable<RawEntry> =>
  sql.exec(`SELECT ${entryColumns} FROM entries e WHERE ${rest}`, ...bindings).raw<RawEntry>();

/** Takes rows until `limit` or the bytes of a page are reached; always at least one. */
function take(raws: Iterable<RawEntry>, limit: number): [EntryRow[], boolean] {
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

/** One message in its current state. Throws `not_found`. */
export function readMessage({ sql, since }: Reader, seq: number): Message {
  const raws = select(sql, "e.type = 'message.sent' AND e.seq = ? AND e.seq >= ?", [seq, since]);
  for (const raw of raws) return messageOf(entryOf(raw), new EntryReferences(sql));
  throw new ChatError("not_found", "no message has this seq");
}

/** The live messages among these. */
export function readMessagesAt({ sql, since }: Reader, seqs: readonly number[]): Message[] {
  const around = new EntryReferences(sql);
  const condition =
    "e.type = 'message.sent' AND e.deleted = 0 AND e.seq >= ? AND e.seq IN (SELECT value FROM json_each(?))";
  return [...select(sql, condition, [since, JSON.stringify(seqs)])].map((raw) => messageOf(entryOf(raw), around));
}

/** Live messages of one author after a position, as many as one page holds, out of a stretch of the log that is quickly read. */
export function readMessagesBy(sql: SqlStorage, head: number, user: string, after: number): Batch<Message> {
  const around = new EntryReferences(sql);
  const end = Math.min(head, after + STRETCH);
  const condition = `e.seq > ? AND e.seq <= ? AND e.actor = ? AND e.type = 'message.sent' AND e.deleted = 0
    ORDER BY e.seq LIMIT ?`;
  const [rows, cut] = take(select(sql, condition, [after, end, user, limits.pageMax + 1]), limits.pageMax);
  const last = cut ? (rows.at(-1)?.seq ?? end) : end;
  return { items: rows.map((row) => messageOf(row, around)), after: last < head ? last : null };
}

export const authorsOf = (sql: SqlStorage): string[] =>
  sql
    .exec<{ actor: string }>("SELECT DISTINCT actor FROM entries WHERE type = 'message.sent' AND deleted = 0")
    .toArray()
    .map(({ actor }) => actor);

export const countMessages = (sql: SqlStorage): number =>
  sql.exec<{ count: number }>("SELECT count(*) AS count FROM entries WHERE type = 'message.sent'").one().count;

export function readPins({ sql, since }: Reader): Message[] {
  const around = new EntryReferences(sql);
  const pinned = select(sql, "e.seq >= ? AND e.seq IN (SELECT seq FROM aspects WHERE pinned = 1) ORDER BY e.seq", [
    since,
  ]);
  const messages = [...pinned].map((raw) => messageOf(entryOf(raw), around));
  return messages.sort((one, other) => (one.pin.at ?? 0) - (other.pin.at ?? 0));
}

/** What a message said before, oldest first; nothing for one that was never edited or is deleted. Throws `not_found`. */
export function readVersions(reader: Reader, seq: number): MessageVersion[] {
  readMessage(reader, seq);
  return reader.sql
    .exec<{ version: number; at: number; text: string }>(
      "SELECT version, at, body AS text FROM versions WHERE target = ? ORDER BY version",
      seq,
    )
    .toArray();
}

/** The entry at `seq`, as an event. */
export function readEvent(sql: SqlStorage, seq: number): Event {
  for (const raw of select(sql, "e.seq = ?", [seq])) return eventOf(entryOf(raw), new EntryReferences(sql));
  throw new TypeError(`entry ${seq} is not there`);
}

/** The events after a position, as many as one resume page holds: at least one where there is one. */
export function readEvents(sql: SqlStorage, after: number): Event[] {
  const around = new EntryReferences(sql);
  const events: Event[] = [];
  let bytes = 0;
  for (const raw of select(sql, "e.seq > ? ORDER BY e.seq LIMIT ?", [after, tuning.resumePageEntries])) {
    const event = eventOf(entryOf(raw), around);
    bytes += "body" in event.data && event.data.body.state === "live" ? event.data.body.text.length : 0;
    if (events.length > 0 && bytes > tuning.resumePageBytes) break;
    events.push(event);
  }
  return events;
}
