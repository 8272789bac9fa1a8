// The rules of blocks between people. The user object of the person who blocks has the list of whom
// they block; a direct channel knows of its members who block the other one. Everything that would
// reach a person because of somebody else asks here, or `reaches` below.
import type { Body, Event, InboxRow, Message, Replies, UserId } from "../protocol";
import { emptyReplies, messageAsOf } from "./history-visibility";

/** Whom a person blocks. */
export interface BlockList {
  /** Since when the person blocks this one; null if they do not. Epoch milliseconds. */
  blockedAt(user: UserId): number | null;
}

/**
 * Whether something that `actor` does may reach the person who has the list: a message, a mention,
 * a request, their presence, a call.
 */
export const mayReach = (list: BlockList, actor: UserId): boolean => list.blockedAt(actor) === null;

/** What a direct channel knows of a member: the last entry that they see while they block. */
interface Blocker {
  until?: number;
}

/**
 * Whether what happens in a direct channel reaches a member: not while they block the other person.
 */
export const isReached = (member: Blocker | null): boolean => member !== null && member.until === undefined;

/** Returns the last entry that a member may see of a log that ends at `head`. */
export const visibleHead = (member: Blocker | null, head: number): number => Math.min(member?.until ?? head, head);

/** An inbox row as a channel delivers it, with what only the user object needs. */
export interface DeliveredRow extends InboxRow {
  /** How many of the `mentions` each author has made. Left out if there are none. */
  mentionedBy?: Record<UserId, number>;
  /** The authors of the `unseen` messages, in their order. */
  unseenBy?: UserId[];
}

/**
 * Returns a row without the mentions, the unseen messages and the calls of people who are blocked.
 */
export function rowFor(list: BlockList, delivered: DeliveredRow): InboxRow {
  const { mentionedBy, unseenBy, missed, lastCall, ...others } = delivered;
  // Most rows name nobody, so they need no copy.
  if (!mentionedBy && !unseenBy && !missed && !lastCall) return delivered;
  const row: InboxRow = {
    ...others,
    ...(missed && mayReach(list, missed.by) && { missed }),
    ...(lastCall && mayReach(list, lastCall.by) && { lastCall }),
  };
  let { mentions } = row;
  for (const author in mentionedBy) if (!mayReach(list, author)) mentions -= mentionedBy[author] ?? 0;
  if (row.unseen === undefined || unseenBy === undefined) return { ...row, mentions };
  const { unseen: all, ...rest } = row;
  const unseen = all.filter((_, index) => mayReach(list, unseenBy[index] ?? ""));
  return { ...rest, mentions, ...(unseen.length > 0 && { unseen }) };
}

/**
 * Returns a message for a member who sees nothing after the entry `until`. A message that was
 * edited later reads as deleted, because its earlier text may be gone. No quote is shown, because a
 * quote has the present text.
 */
export function messageUntil(message: Message, until: number): Message {
  return { ...messageAsOf(message, until), body: bodyUntil(message.body, message.at, until), reply: null };
}

const bodyUntil = (body: Body, at: number, until: number): Body =>
  body.version > until ? { state: "deleted", version: until, deletedAt: at } : body;

const rootUntil = (root: { seq: number; replies: Replies } | null, until: number) =>
  root && root.replies.version > until ? null : root;

/**
 * Returns an event for a member who sees nothing after the entry `until`. An event has the present
 * state of what it names; a state that is newer is left out. Later events bring it.
 */
export function eventUntil(event: Event, until: number): Event {
  switch (event.type) {
    case "message.sent": {
      const { body, root } = event.data;
      const seen = { body: bodyUntil(body, event.at, until), reply: null, root: rootUntil(root, until) };
      return { ...event, data: { ...event.data, ...seen } };
    }
    case "message.edited":
      return { ...event, data: { ...event.data, body: bodyUntil(event.data.body, event.at, until) } };
    case "message.deleted":
      return { ...event, data: { ...event.data, root: rootUntil(event.data.root, until) } };
    case "messages.purged": {
      const roots = event.data.roots.filter(({ replies }) => replies.version <= until);
      return { ...event, data: { ...event.data, roots } };
    }
    case "reaction.added":
    case "reaction.removed": {
      const { reactions } = event.data;
      const seen = reactions.version > until ? { version: until, items: [] } : reactions;
      return { ...event, data: { ...event.data, reactions: seen } };
    }
    case "message.pinned":
    case "message.unpinned": {
      const { pin } = event.data;
      return {
        ...event,
        data: { ...event.data, pin: pin.version > until ? { version: until, by: null, at: null } : pin },
      };
    }
    case "thread.followed":
    case "thread.unfollowed": {
      const { replies } = event.data;
      return { ...event, data: { ...event.data, replies: replies.version > until ? emptyReplies(until) : replies } };
    }
    default:
      return event;
  }
}
