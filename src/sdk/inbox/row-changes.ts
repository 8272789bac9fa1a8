// Updates the inbox row of an open channel from its events, and counts as the server does. While
// all connected devices show the channel, the server sends its own row late. The server's row
// replaces the computed one if both have the same position.
import { type HeardEvent, type InboxRow, type LastCall, limits, type Mentions, type Message } from "../../protocol";
import type { LoadedChannel } from "../channel/log";
import { isInChannel, isPurged, messageAfter, messageOf, previewOfMessage } from "../channel/message-states";
import { unseenAfterChange, unseenAfterReply } from "./unseen";

interface Counts {
  unread: number;
  mentions: number;
}

/** For whom messages are counted, and whose mentions do not count for them. */
interface CountingReader {
  me: string | null;
  blocked: ReadonlySet<string>;
}

const NOBODY: ReadonlySet<string> = new Set();
const NONE: Counts = { unread: 0, mentions: 0 };

export const READ = { unread: 0, mentions: 0, unreadFrom: null };

export const emptyRow = (channel: string): InboxRow => ({
  ...{ channel, epochNumber: 1, head: 0, preview: null, read: 0, at: 0 },
  ...READ,
});

/** Returns whether a row is older than the known one [S45]. */
export function isOlder(row: InboxRow, known: InboxRow): boolean {
  if (row.epochNumber !== known.epochNumber) return row.epochNumber < known.epochNumber;
  return row.head < known.head || (row.head === known.head && row.read < known.read);
}

/**
 * Returns the row after events that were just applied. Events that the row already includes are
 * ignored.
 */
export function rowAfter(
  row: InboxRow,
  events: readonly HeardEvent[],
  me: string | null,
  loaded: LoadedChannel,
  blocked: ReadonlySet<string> = NOBODY,
): InboxRow {
  const counted = { me, blocked };
  const touched = new Map<number, Message>();
  let next = row;
  for (const event of events) {
    if (event.type === "message.sent") touched.set(event.seq, messageOf(event));
    if (event.seq <= next.head) continue;
    next = { ...next, head: event.seq, ...(event.type !== "unknown" && { at: event.at }) };
    if (event.type === "message.sent") {
      const isFollowed = me !== null && event.data.root?.replies.followers.includes(me);
      next = withMessage(next, messageOf(event), counted, isFollowed ?? false);
      if (event.actor === me) next = unseenAfterReply(next, event.data.thread);
    } else if (
      event.type === "messages.purged" ||
      event.type === "message.edited" ||
      event.type === "message.deleted"
    ) {
      for (const target of targetsOf(event, touched, loaded)) {
        const before = touched.get(target) ?? loaded.messageBefore(target);
        if (!before) continue;
        const changed = messageAfter(before, event);
        touched.set(target, changed);
        next = withChangedMessage(next, before, changed, counted, follows(loaded, before.thread, me));
        next = unseenAfterChange(next, before, changed, me);
      }
    } else if (event.type === "call.started") {
      const { seq: call, actor: by, at: startedAt } = event;
      const { lastCall: _, ...others } = next;
      next = { ...others, call: { call, by, startedAt, rings: false } };
    } else if (event.type === "call.ended") next = withEndedCall(next, event, me);
  }
  const { latestPreview } = loaded;
  return latestPreview === undefined || next.head !== loaded.last ? next : { ...next, preview: latestPreview };
}

/** Returns the messages that an event changes. A purge does not name them. */
function targetsOf(
  { type, data }: Extract<HeardEvent, { type: "messages.purged" | "message.edited" | "message.deleted" }>,
  touched: ReadonlyMap<number, Message>,
  loaded: LoadedChannel,
): number[] {
  if (type !== "messages.purged") return [data.target];
  const known = new Set([...touched.keys(), ...loaded.messages.map(({ seq }) => seq)]);
  return [...known].filter((seq) => {
    const before = touched.get(seq) ?? loaded.messageBefore(seq);
    return before !== undefined && isPurged(before, data);
  });
}

/** Returns the row after a call. The server says which of the calls of before was missed. */
function withEndedCall(
  { call: _, lastCall: __, missed, ...row }: InboxRow,
  { seq, at, actor, data }: Extract<HeardEvent, { type: "call.ended" }>,
  me: string | null,
): InboxRow {
  const isMissed = data.rang && me !== null && actor !== me && !data.joined.includes(me) && data.reason !== "declined";
  const newest = isMissed ? { seq, by: actor, at } : missed;
  const { durationMs, rang, reason, joined } = data;
  const lastCall: LastCall = {
    ...{ seq, by: actor, at, durationMs, rang, reason },
    joined: me !== null && joined.includes(me),
    answered: joined.some((user) => user !== actor),
  };
  return { ...row, lastCall, ...(newest && { missed: newest }) };
}

/**
 * Returns the row after the messages up to `mark` are read. Only loaded messages are subtracted
 * from the counts. The row that the server sends later has the exact ones.
 */
export function rowReadTo(
  row: InboxRow,
  mark: number,
  me: string | null,
  loaded: LoadedChannel | null,
  blocked: ReadonlySet<string> = NOBODY,
): InboxRow {
  if (mark <= row.read) return row;
  const { missed, ...others } = row;
  const read = { ...others, read: mark, ...(missed && missed.seq > mark && { missed }) };
  // A channel that was set to unread keeps the counts of its row, however far this device has read.
  if (row.unreadFrom !== null) return read;
  if (mark >= row.head) return { ...read, ...READ };
  const seen = (loaded?.messages ?? []).filter(({ seq }) => seq > row.read && seq <= mark);
  const counts = seen.map((message) => {
    const isFollowed = loaded !== null && follows(loaded, message.thread, me);
    return countsOf(message, { me, blocked }, isFollowed);
  });
  return withCounts(read, NONE, sum(counts));
}

/** Returns the row after a new message. Replies in threads do not become the preview. */
function withMessage(row: InboxRow, message: Message, reader: CountingReader, isFollowed: boolean): InboxRow {
  const { author, seq, body } = message;
  if (body.state !== "live") return row;
  const { lastCall: _, ...others } = row;
  const previewed = isInChannel(message) ? { ...others, preview: previewOfMessage(message) } : row;
  if (author === reader.me) return { ...previewed, read: seq, ...(row.unreadFrom === null && READ) };
  return withCounts(previewed, countsOf(message, reader, isFollowed), NONE);
}

function withChangedMessage(
  row: InboxRow,
  before: Message,
  changed: Message,
  reader: CountingReader,
  isFollowed: boolean,
): InboxRow {
  const { author, at, seq } = changed;
  const isPreviewed = isInChannel(changed) && row.preview?.author === author && row.preview.at === at;
  const previewed = isPreviewed ? { ...row, preview: previewOfMessage(changed) } : row;
  const from = row.unreadFrom === null ? row.read : Math.min(row.read, row.unreadFrom - 1);
  if (seq <= from) return previewed;
  return withCounts(previewed, countsOf(changed, reader, isFollowed), countsOf(before, reader, isFollowed));
}

/**
 * Returns how a message counts. A message is unread if another person sent it outside threads, in a
 * followed thread, or with a mention of this person.
 */
function countsOf(message: Message, { me, blocked }: CountingReader, isFollowed: boolean): Counts {
  const { author, body } = message;
  if (body.state !== "live" || author === me) return NONE;
  const mentionsMe = isMentioned(body.mentions, me);
  const mentions = mentionsMe && !blocked.has(author) ? 1 : 0;
  return { unread: isInChannel(message) || isFollowed || mentionsMe ? 1 : 0, mentions };
}

/** Adds and subtracts counts. A row at `unreadMax` stays there: the exact count is unknown. */
function withCounts(row: InboxRow, more: Counts, less: Counts): InboxRow {
  if (row.unread >= limits.unreadMax) return row;
  const bounded = (count: number) => Math.min(Math.max(0, count), limits.unreadMax);
  const unread = bounded(row.unread + more.unread - less.unread);
  return { ...row, unread, mentions: bounded(row.mentions + more.mentions - less.mentions) };
}

const sum = (counts: readonly Counts[]): Counts => ({
  unread: counts.reduce((total, { unread }) => total + unread, 0),
  mentions: counts.reduce((total, { mentions }) => total + mentions, 0),
});

const follows = (loaded: LoadedChannel, thread: number | null, me: string | null): boolean =>
  thread !== null && me !== null && (loaded.message(thread)?.replies.followers.includes(me) ?? false);

const isMentioned = ({ users, all }: Mentions, me: string | null): boolean =>
  all !== null || (me !== null && users.includes(me));
