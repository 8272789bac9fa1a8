// What the entries of an open channel do to its row, as the server would count it: while every device that listens has the channel open,
// the server's own row comes late. A row of the same place replaces what was worked out here.
import { type HeardEvent, type InboxRow, limits, type Mentions, type Message, previewOf } from "../../protocol";
import type { LoadedChannel } from "../channel/log";
import { after, messageOf } from "../channel/message-states";

interface Counts {
  unread: number;
  mentions: number;
}

const NONE: Counts = { unread: 0, mentions: 0 };

export const READ = { unread: 0, mentions: 0, unreadFrom: null };

export const emptyRow = (channel: string): InboxRow => ({
  ...{ channel, life: 1, head: 0, preview: null, read: 0, at: 0 },
  ...READ,
});

/** Whether a row says less than the known one [S45]. */
export function isOlder(row: InboxRow, known: InboxRow): boolean {
  if (row.life !== known.life) return row.life < known.life;
  return row.head < known.head || (row.head === known.head && row.read < known.read);
}

/** The row after what has just been applied; what it knows of already changes nothing. */
export function rowAfter(
  row: InboxRow,
  events: readonly HeardEvent[],
  me: string | null,
  loaded: LoadedChannel,
): InboxRow {
  const touched = new Map<number, Message>();
  let next = row;
  for (const event of events) {
    if (event.type === "message.sent") touched.set(event.seq, messageOf(event));
    if (event.seq <= next.head) continue;
    next = { ...next, head: event.seq, ...(event.type !== "unknown" && { at: event.at }) };
    if (event.type === "message.sent") {
      const isFollowed = me !== null && event.data.root?.replies.followers.includes(me);
      next = withMessage(next, messageOf(event), me, isFollowed ?? false);
    } else if (event.type === "message.edited" || event.type === "message.deleted") {
      const { target } = event.data;
      const before = touched.get(target) ?? loaded.messageBefore(target);
      if (!before) continue;
      const changed = after(before, event);
      touched.set(target, changed);
      next = withChange(next, before, changed, me, follows(loaded, before.thread, me));
    }
  }
  const { newest } = loaded;
  return newest === undefined || next.head !== loaded.last ? next : { ...next, preview: newest };
}

/** The row once that much is read. Of what is not loaded nobody knows how much it is: the server will tell. */
export function rowReadTo(row: InboxRow, mark: number, me: string | null, loaded: LoadedChannel | null): InboxRow {
  if (mark <= row.read) return row;
  const read = { ...row, read: mark };
  // The counts of a channel set to unread are its row's, however far this device has read before.
  if (row.unreadFrom !== null) return read;
  if (mark >= row.head) return { ...read, ...READ };
  const seen = (loaded?.messages ?? []).filter(({ seq }) => seq > row.read && seq <= mark);
  const counts = seen.map((message) => {
    const isFollowed = loaded !== null && follows(loaded, message.thread, me);
    return weight(message, me, isFollowed);
  });
  return counted(read, NONE, sum(counts));
}

/** A reply in a thread is no preview. */
function withMessage(row: InboxRow, message: Message, me: string | null, isFollowed: boolean): InboxRow {
  const { author, seq, body, thread, at } = message;
  if (body.state !== "live") return row;
  const shown = thread === null ? { ...row, preview: { author, at, text: previewOf(body.text) } } : row;
  if (author === me) return { ...shown, read: seq, ...(row.unreadFrom === null && READ) };
  return counted(shown, weight(message, me, isFollowed), NONE);
}

function withChange(
  row: InboxRow,
  before: Message,
  changed: Message,
  me: string | null,
  isFollowed: boolean,
): InboxRow {
  const { body, thread, author, at, seq } = changed;
  const isShown = thread === null && row.preview?.author === author && row.preview.at === at;
  const preview = body.state === "live" ? { author, at, text: previewOf(body.text) } : null;
  const shown = isShown ? { ...row, preview } : row;
  const from = row.unreadFrom === null ? row.read : Math.min(row.read, row.unreadFrom - 1);
  if (seq <= from) return shown;
  return counted(shown, weight(changed, me, isFollowed), weight(before, me, isFollowed));
}

/** A message of somebody else on the channel, in a thread I follow, or calling me. */
function weight({ author, body, thread }: Message, me: string | null, isFollowed: boolean): Counts {
  if (body.state !== "live" || author === me) return NONE;
  const mentions = calls(body.mentions, me) ? 1 : 0;
  return { unread: thread === null || isFollowed || mentions > 0 ? 1 : 0, mentions };
}

/** At `unreadMax` there may be any number more: whatever comes and goes, it stays there. */
function counted(row: InboxRow, more: Counts, less: Counts): InboxRow {
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

const calls = ({ users, all }: Mentions, me: string | null): boolean =>
  all !== null || (me !== null && users.includes(me));
