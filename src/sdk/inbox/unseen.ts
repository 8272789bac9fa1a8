// The messages below the read mark that this person has not seen, in the inbox row of an open
// channel. The row that the server sends later replaces this estimate.
import type { InboxRow, Mentions, Message, UnseenMessage } from "../../protocol";

/** The row with other unseen messages. A row without any has no list. */
export function withUnseen({ unseen: _, ...row }: InboxRow, unseen: readonly UnseenMessage[]): InboxRow {
  return unseen.length === 0 ? row : { ...row, unseen: [...unseen] };
}

/** Returns the row after this person wrote in a thread, and so has seen the replies before. */
export function unseenAfterReply(row: InboxRow, thread: number | null): InboxRow {
  if (row.unseen === undefined || thread === null) return row;
  return withUnseen(
    row,
    row.unseen.filter((one) => one.thread !== thread),
  );
}

/** Returns the row after a message was edited or deleted. */
export function unseenAfterChange(row: InboxRow, before: Message, changed: Message, me: string | null): InboxRow {
  const { seq, thread, author } = changed;
  const unseen = row.unseen ?? [];
  const others = unseen.filter((one) => one.seq !== seq);
  const isMentioned = mentionsMe(changed, me);
  const isKnown = others.length < unseen.length;
  const isNew = isMentioned && !mentionsMe(before, me) && seq <= row.read && author !== me;
  // A reply stays unseen without a mention. A message of the channel itself does not.
  const isUnseen = changed.body.state === "live" && (isNew || (isKnown && (isMentioned || thread !== null)));
  if (!isUnseen) return isKnown ? withUnseen(row, others) : row;
  const next = [...others, { seq, thread, mention: isMentioned }];
  return withUnseen(
    row,
    next.sort((one, other) => one.seq - other.seq),
  );
}

/**
 * Returns the row without messages that this device has reported as seen. `reported` keeps those
 * that the server still lists: a message that it lists again later is unseen again.
 */
export function withoutReported(row: InboxRow, reported: Set<number> | undefined): InboxRow {
  if (reported === undefined || reported.size === 0) return row;
  const listed = new Set(row.unseen?.map(({ seq }) => seq));
  for (const seq of reported) if (!listed.has(seq)) reported.delete(seq);
  return row.unseen
    ? withUnseen(
        row,
        row.unseen.filter(({ seq }) => !reported.has(seq)),
      )
    : row;
}

function mentionsMe({ body }: Message, me: string | null): boolean {
  if (body.state !== "live") return false;
  const { users, all }: Mentions = body.mentions;
  return all !== null || (me !== null && users.includes(me));
}

/** Whether a row says that something is unread. */
export const hasUnread = ({ unread, unseen = [], unreadFrom }: InboxRow): boolean =>
  unread + unseen.length > 0 || unreadFrom !== null;
