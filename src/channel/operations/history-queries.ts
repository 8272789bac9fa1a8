// Reads the history as one member may see it: from their first entry on, with everything older
// redacted. Each answer is charged by the size of its texts.
import { redactMessage } from "../../domain/history-visibility";
import { charactersOf } from "../../domain/message";
import type { Batch, PinPage, PinPosition, VersionBatch } from "../../domain/ports";
import { encodePage, type Message, type Page, type PageQuery } from "../../protocol";
import type { Channel } from "../channel";
import {
  type HistoryReader,
  readAuthors,
  readMessage,
  readMessagesAt,
  readPage,
  readPins,
  readVersions,
} from "../log/history";
import { readNewestPage } from "../log/newest-page";
import { chargeTexts, textLengthOf } from "./charges";

/** What reads of the history use. */
export type HistoryParts = Pick<Channel, "sql" | "log" | "roster" | "queryBuckets" | "now">;

const readerOf = (channel: HistoryParts, user: string): HistoryReader => ({
  sql: channel.sql,
  since: channel.roster.member(user).since,
});

/** `pageSize`: the most characters of the page, unless one message alone is longer. */
export function visiblePage(channel: HistoryParts, user: string, query: PageQuery, pageSize?: number): Page {
  const reader = { ...readerOf(channel, user), ...(pageSize !== undefined && { pageSize }) };
  const page = readPage(reader, channel.log, query);
  chargeTexts(channel, user, textLengthOf(page.messages));
  return { ...page, messages: page.messages.map((message) => redactMessage(message, reader.since)) };
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
  const { sql, since } = readerOf(channel, user);
  const page = readNewestPage(sql, since, limit);
  if (!page) return null;
  const { messages, moreBefore, characters } = page;
  chargeTexts(channel, user, characters);
  const { head, epoch } = channel.log;
  return encodePage(id, { moreBefore, moreAfter: false, head, epoch }, messages);
}

export function visibleMessage(channel: HistoryParts, user: string, seq: number): Message {
  const reader = readerOf(channel, user);
  return redactMessage(readMessage(reader, seq), reader.since);
}

export type PinRange = [after: PinPosition | null, limit: number];

export function visiblePins(channel: HistoryParts, user: string, ...which: PinRange): PinPage {
  const reader = readerOf(channel, user);
  const page = readPins(reader, ...which);
  chargeTexts(channel, user, textLengthOf(page.items));
  return { ...page, items: page.items.map((message) => redactMessage(message, reader.since)) };
}

export function visibleMessagesAt(channel: HistoryParts, user: string, seqs: readonly number[]): Batch<Message> {
  const reader = readerOf(channel, user);
  const batch = readMessagesAt(reader, seqs);
  return { ...batch, items: batch.items.map((message) => redactMessage(message, reader.since)) };
}

export type VersionRange = [seq: number, after: number, limit: number];

export function visibleVersions(channel: HistoryParts, user: string, ...which: VersionRange): VersionBatch {
  const batch = readVersions(readerOf(channel, user), ...which);
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
