// Reads the history as one member may see it: from their first entry on, with everything older
// redacted. Each answer is charged by the size of its texts.
import { messageUntil } from "../../domain/block";
import { ChatError } from "../../domain/error";
import { redactMessage } from "../../domain/history-visibility";
import { charactersOf } from "../../domain/message";
import type { Batch, PinPage, PinPosition, VersionBatch } from "../../domain/ports";
import { encodePage, type Message, type Page, type PageQuery } from "../../protocol";
import type { Channel } from "../channel";
import { endedCallsIn, type LogRange } from "../log/ended-calls";
import {
  type HistoryReader,
  readAuthors,
  readMessage,
  readMessagesAt,
  readPage,
  readPins,
  readVersions,
} from "../log/history";
import { readNewestPage, seqOfFirst } from "../log/newest-page";
import { chargeTexts, textLengthOf } from "./charges";

/** What reads of the history use. */
export type HistoryParts = Pick<Channel, "sql" | "log" | "roster" | "queryBuckets" | "now">;

/** A reader, and the last entry that they see while they block the other person. */
type VisibleReader = HistoryReader & { until?: number };

const readerOf = (channel: HistoryParts, user: string): VisibleReader => {
  const { since, until } = channel.roster.member(user);
  return { sql: channel.sql, since, ...(until !== undefined && { until }) };
};

/** Returns the messages as a reader sees them, without those that they do not see. */
function seenBy({ since, until }: VisibleReader, messages: readonly Message[]): Message[] {
  const redacted = messages.map((message) => redactMessage(message, since));
  if (until === undefined) return redacted;
  return redacted.filter(({ seq }) => seq <= until).map((message) => messageUntil(message, until));
}

/** Returns the page of a query in a log that ends at `until`. */
function pageUntil(reader: VisibleReader, channel: HistoryParts, query: PageQuery, until: number): Page {
  const { before, after, around } = query;
  const isNewest = before === undefined && after === undefined && around === undefined;
  const anchor = isNewest || (before !== undefined && before > until) ? { before: until + 1 } : {};
  const page = readPage(reader, channel.log, { ...query, ...anchor });
  const moreAfter = page.moreAfter && (page.messages.at(-1)?.seq ?? until) < until;
  return { ...page, moreAfter, head: Math.min(page.head, until) };
}

/** `pageSize`: the most characters of the page, unless one message alone is longer. */
export function visiblePage(channel: HistoryParts, user: string, query: PageQuery, pageSize?: number): Page {
  const reader = { ...readerOf(channel, user), ...(pageSize !== undefined && { pageSize }) };
  const { until } = reader;
  const page = until === undefined ? readPage(reader, channel.log, query) : pageUntil(reader, channel, query, until);
  chargeTexts(channel, user, textLengthOf(page.messages));
  const calls = query.thread === undefined ? callsIn(channel, reader, rangeOf(page, query)) : {};
  return { ...page, messages: seenBy(reader, page.messages), ...calls };
}

/** Returns the part of the log that a page of messages stands for. Pages share no entry. */
function rangeOf({ messages, moreBefore, moreAfter, head }: Page, { before, after }: PageQuery): LogRange {
  const first = moreBefore ? (messages[0]?.seq ?? head + 1) : 0;
  const last = moreAfter ? (messages.at(-1)?.seq ?? 0) : head;
  return { from: after === undefined ? first : after + 1, to: before === undefined ? last : before - 1 };
}

/** Returns the calls in a range, as far as the reader sees it. Without calls it reads nothing. */
function callsIn({ sql, log }: HistoryParts, { since, until }: VisibleReader, { from, to }: LogRange) {
  if (log.header.call === null) return {};
  return endedCallsIn(sql, { from: Math.max(from, since), to: Math.min(to, until ?? to) });
}

/**
 * Returns the newest page as a frame, for a socket; null if it must be read by `visiblePage`. Its
 * messages are not redacted: a plain message quotes nothing.
 */
export function encodedNewestPage(
  channel: HistoryParts,
  user: string,
  { id, query }: { id: string; query: PageQuery },
): string | null {
  const { limit, ...place } = query;
  for (const name in place) if (place[name as keyof typeof place] !== undefined) return null;
  const { sql, since, until } = readerOf(channel, user);
  if (until !== undefined) return null;
  const page = readNewestPage(sql, since, limit);
  if (!page) return null;
  const { messages, moreBefore, characters } = page;
  chargeTexts(channel, user, characters);
  const { head, epoch } = channel.log;
  const from = moreBefore ? seqOfFirst(messages) : 0;
  const calls = callsIn(channel, { sql, since }, { from, to: head });
  return encodePage(id, { moreBefore, moreAfter: false, head, epoch, ...calls }, messages);
}

export function visibleMessage(channel: HistoryParts, user: string, seq: number): Message {
  const reader = readerOf(channel, user);
  const [message] = seenBy(reader, [readMessage(reader, seq)]);
  if (!message) throw new ChatError("not_found", "no message has this seq");
  return message;
}

export type PinRange = [after: PinPosition | null, limit: number];

export function visiblePins(channel: HistoryParts, user: string, ...which: PinRange): PinPage {
  const reader = readerOf(channel, user);
  const page = readPins(reader, ...which);
  chargeTexts(channel, user, textLengthOf(page.items));
  return { ...page, items: seenBy(reader, page.items) };
}

export function visibleMessagesAt(channel: HistoryParts, user: string, seqs: readonly number[]): Batch<Message> {
  const reader = readerOf(channel, user);
  const batch = readMessagesAt(reader, seqs);
  return { ...batch, items: seenBy(reader, batch.items) };
}

export type VersionRange = [seq: number, after: number, limit: number];

export function visibleVersions(channel: HistoryParts, user: string, ...which: VersionRange): VersionBatch {
  const reader = readerOf(channel, user);
  const { until } = reader;
  // The versions of a message that they do not see would be those of an edit since the block.
  if (until !== undefined && visibleMessage(channel, user, which[0]).body.state === "deleted")
    return { items: [], after: null };
  const batch = readVersions(reader, ...which);
  chargeTexts(
    channel,
    user,
    batch.items.reduce((total, version) => total + charactersOf(version), 0),
  );
  return batch;
}

/** The gateway has checked who asks. */
export const authorsAfter = ({ sql, log }: Pick<Channel, "sql" | "log">, after: number): Batch<string> =>
  readAuthors(sql, log.head, after);
