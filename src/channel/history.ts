// Reading the log back: pages of messages for people, pages of events for cursors.
import { ChatError } from "../domain/error";
import { type Event, limits, type Message, type Page, type PageQuery } from "../protocol";
import { type EntryRow, entryColumns, entryTables, eventOf, messageOf } from "./entry";
import type { ChannelLog } from "./log";

const messagesWhere = (condition: string, order: "ASC" | "DESC") =>
  `SELECT e.seq, e.type, e.actor, e.nonce, e.at, e.target, e.version, e.changed_at, e.deleted, e.body
   FROM entries e WHERE e.type = 'message.sent' AND ${condition} ORDER BY e.seq ${order} LIMIT ?`;

/** Messages around an anchor in their current state, ascending. At most `limit` of them and about `resumePageBytes` of text. */
export function readPage(sql: SqlStorage, log: ChannelLog, query: PageQuery): Page {
  const { limit } = query;
  if (query.after !== undefined) {
    const [messages, cut] = newer(sql, query.after, limit);
    return page(log, messages, query.after > 0 && hasBefore(sql, query.after + 1), cut);
  }
  if (query.around !== undefined) {
    const [before, moreBefore] = older(sql, query.around, Math.floor(limit / 2));
    const [from, moreAfter] = newer(sql, query.around - 1, Math.ceil(limit / 2));
    return page(log, [...before, ...from], moreBefore, moreAfter);
  }
  const anchor = query.before ?? log.head + 1;
  const [messages, cut] = older(sql, anchor, limit);
  return page(log, messages, cut, anchor <= log.head && newer(sql, anchor - 1, 1)[0].length > 0);
}

const page = (log: ChannelLog, messages: Message[], moreBefore: boolean, moreAfter: boolean): Page => ({
  messages,
  moreBefore,
  moreAfter,
  head: log.head,
  epoch: log.epoch,
});

/** The messages before `seq`, ascending, and whether there are more of them. */
function older(sql: SqlStorage, seq: number, limit: number): [Message[], boolean] {
  const rows = sql.exec<EntryRow>(messagesWhere("e.seq < ?", "DESC"), seq, limit + 1);
  const [messages, cut] = take(rows, limit);
  return [messages.reverse(), cut];
}

function newer(sql: SqlStorage, seq: number, limit: number): [Message[], boolean] {
  return take(sql.exec<EntryRow>(messagesWhere("e.seq > ?", "ASC"), seq, limit + 1), limit);
}

const hasBefore = (sql: SqlStorage, seq: number): boolean => older(sql, seq, 1)[0].length > 0;

/** Takes rows until `limit` or the bytes of a page are reached; always at least one. */
function take(rows: Iterable<EntryRow>, limit: number): [Message[], boolean] {
  const messages: Message[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.body.length;
    if (messages.length === limit || (messages.length > 0 && bytes > limits.resumePageBytes)) return [messages, true];
    messages.push(messageOf(row));
  }
  return [messages, false];
}

/** One message in its current state. Throws `not_found`. */
export function readMessage(sql: SqlStorage, seq: number): Message {
  const row = sql.exec<EntryRow>(messagesWhere("e.seq = ?", "ASC"), seq, 1).toArray()[0];
  if (!row) throw new ChatError("not_found", "no message has this seq");
  return messageOf(row);
}

/** The events after a position, as many as one resume page holds: at least one where there is one. */
export function readEvents(sql: SqlStorage, after: number): Event[] {
  const rows = sql.exec<EntryRow>(
    `SELECT ${entryColumns} FROM ${entryTables} WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
    after,
    limits.resumePageEntries,
  );
  const events: Event[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.body.length;
    if (events.length > 0 && bytes > limits.resumePageBytes) break;
    events.push(eventOf(row));
  }
  return events;
}
