// Reads the history as one member may see it: from their first entry on, with everything older
// redacted. Each answer is charged by the size of its texts.
import { redactMessage } from "../../domain/history-visibility";
import type { MessageVersion } from "../../domain/ports";
import type { Message, Page, PageQuery } from "../../protocol";
import type { Channel } from "../channel";
import { type HistoryReader, readMessage, readMessagesAt, readPage, readPins, readVersions } from "../log/history";
import { chargeTexts, textLengthOf } from "./charges";

const readerOf = (channel: Channel, user: string): HistoryReader => ({
  sql: channel.sql,
  since: channel.roster.member(user).since,
});

export function visiblePage(channel: Channel, user: string, query: PageQuery): Page {
  const reader = readerOf(channel, user);
  const page = readPage(reader, channel.log, query);
  chargeTexts(channel, user, textLengthOf(page.messages));
  return { ...page, messages: page.messages.map((message) => redactMessage(message, reader.since)) };
}

export function visibleMessage(channel: Channel, user: string, seq: number): Message {
  const reader = readerOf(channel, user);
  return redactMessage(readMessage(reader, seq), reader.since);
}

export function visiblePins(channel: Channel, user: string): Message[] {
  const reader = readerOf(channel, user);
  const pins = readPins(reader);
  chargeTexts(channel, user, textLengthOf(pins));
  return pins.map((message) => redactMessage(message, reader.since));
}

export function visibleMessagesAt(channel: Channel, user: string, seqs: readonly number[]): Message[] {
  const reader = readerOf(channel, user);
  return readMessagesAt(reader, seqs).map((message) => redactMessage(message, reader.since));
}

export function visibleVersions(channel: Channel, user: string, seq: number): MessageVersion[] {
  const versions = readVersions(readerOf(channel, user), seq);
  chargeTexts(
    channel,
    user,
    versions.reduce((total, { text }) => total + text.length, 0),
  );
  return versions;
}
