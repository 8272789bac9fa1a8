// Reading the log back: pages of messages for people, pages of events for cursors. `since` is the first entry a reader may know of.
import { ChatError } from "../domain/error";
import type { Version } from "../domain/ports";
import { type Event, limits, type Message, type Page, type PageQuery } from "../protocol";
import { type EntryRow, entryColumns, entryTables, eventOf, messageOf } from "./entry";
import type { ChannelLog } from "./log";

export interface Reader {
  sql: SqlStorage;
  since: number;
}

/** Messages of the channel itself, or of one thread, around an anchor in their current state, ascending. */
export function readPage(reader: Reader, log: ChannelLog, query: PageQuery): Page {
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
    const [messages, cut] = take(this.#rows("e.seq < ? AND e.seq >= ?", "DESC", [seq, this.#since, limit + 1]), limit);
    return [messages.reverse(), cut];
  }

  after(seq: number, limit: number): [Message[], boolean] {
    return take(this.#rows("e.seq > ? AND e.seq >= ?", "ASC", [seq, this.#since, limit + 1]), limit);
  }

  #rows(condition: string, order: "ASC" | "DESC", bindings: number[]): Iterable<EntryRow> {
    return this.#sql.exec<EntryRow>(
      `SELECT ${entryColumns} FROM ${entryTables}
         WHERE e.type = 'message.sent' AND ${this.#place} AND ${condition} ORDER BY e.seq ${order} LIMIT ?`,
      ...bindings,
    );
  }
}

/** Takes rows until `limit` or the bytes of a page are reached; always at least one. */
function take(rows: Iterable<EntryRow>, limit: number): [Message[], boolean] {
  const messages: Message[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.body?.length ?? 0;
    if (messages.length === limit || (messages.length > 0 && bytes > limits.resumePageBytes)) return [messages, true];
    messages.push(messageOf(row));
  }
  return [messages, false];
}

/** One message in its current state. Throws `not_found`. */
export function readMessage({ sql, since }: Reader, seq: number): Message {
  const row = sql
    .exec<EntryRow>(
      `SELECT ${entryColumns} FROM ${entryTables} WHERE e.type = 'message.sent' AND e.seq = ? AND e.seq >= ?`,
      ...[seq, since],
    )
    .toArray()[0];
  if (!row) throw new ChatError("not_found", "no message has this seq");
  return messageOf(row);
}

export function readPins({ sql, since }: Reader): Message[] {
  const rows = sql.exec<EntryRow>(
    `SELECT ${entryColumns} FROM ${entryTables}
       WHERE e.seq >= ? AND e.seq IN (SELECT seq FROM aspects WHERE pinned = 1) ORDER BY e.seq`,
    since,
  );
  return [...rows].map(messageOf).sort((one, other) => (one.pin.at ?? 0) - (other.pin.at ?? 0));
}

/** What a message said before, oldest first; nothing for one that was never edited or is deleted. Throws `not_found`. */
export function readVersions(reader: Reader, seq: number): Version[] {
  readMessage(reader, seq);
  return reader.sql
    .exec<{ version: number; at: number; text: string }>(
      "SELECT version, at, body AS text FROM versions WHERE target = ? ORDER BY version",
      seq,
    )
    .toArray();
}

/** The events after a position, as many as one resume page holds: at least one where there is one. */
export function readEvents(sql: SqlStorage, after: number): Event[] {
  const rows = sql.exec<EntryRow>(
    `SELECT ${entryColumns} FROM ${entryTables} WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
    ...[after, limits.resumePageEntries],
  );
  const events: Event[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.body?.length ?? 0;
    if (events.length > 0 && bytes > limits.resumePageBytes) break;
    events.push(eventOf(row));
  }
  return events;
}
