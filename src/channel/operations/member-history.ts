// What a member may read of the channel: bounded by where their history begins, and silent about what lies before it.
import type { MessageVersion } from "../../domain/ports";
import { redactMessage } from "../../domain/visibility";
import type { Message, Page, PageQuery } from "../../protocol";
import type { Channel } from "../channel";
import { type Reader, readMessage, readMessagesAt, readPage, readPins, readVersions } from "../log/history";

const readerOf = (channel: Channel, user: string): Reader => ({
  sql: channel.sql,
  since: channel.roster.member(user).since,
});

export function pageFor(channel: Channel, user: string, query: PageQuery): Page {
  const reader = readerOf(channel, user);
  const page = readPage(reader, channel.log, query);
  return { ...page, messages: page.messages.map((message) => redactMessage(message, reader.since)) };
}

export function messageFor(channel: Channel, user: string, seq: number): Message {
  const reader = readerOf(channel, user);
  return redactMessage(readMessage(reader, seq), reader.since);
}

export function pinsFor(channel: Channel, user: string): Message[] {
  const reader = readerOf(channel, user);
  return readPins(reader).map((message) => redactMessage(message, reader.since));
}

export function messagesAtFor(channel: Channel, user: string, seqs: readonly number[]): Message[] {
  const reader = readerOf(channel, user);
  return readMessagesAt(reader, seqs).map((message) => redactMessage(message, reader.since));
}

export const versionsFor = (channel: Channel, user: string, seq: number): MessageVersion[] =>
  readVersions(readerOf(channel, user), seq);
