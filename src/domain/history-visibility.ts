// Redaction, for members of a group that hides its earlier history from newcomers. A newcomer still
// gets the entries about messages before their joining, because their log would otherwise have a
// gap. The content of these entries is hidden.
import type { Event, Message, Quote, Replies } from "../protocol";

type Root = { seq: number; replies: Replies };

/** The replies of a thread that a reader may not know. */
export const emptyReplies = (version: number): Replies => ({
  version,
  count: 0,
  lastAt: null,
  participants: [],
  followers: [],
});

const redactRoot = (root: Root | null, since: number): Root | null =>
  root && root.seq < since ? { seq: root.seq, replies: emptyReplies(root.replies.version) } : root;

/** A quote of a hidden message is left out: it would name the author. */
const redactQuote = (reply: Quote | null, since: number): Quote | null => (reply && reply.seq < since ? null : reply);

/** Stands for an emoji on a hidden message, because each reaction event needs an emoji. */
const HIDDEN_EMOJI = "❔";

/** Returns the event for a reader who may see entries from `since` on; 0 for all. */
export function redactEvent(event: Event, since: number): Event {
  if (since === 0) return event;
  if (event.type === "message.sent") {
    const { reply, root } = event.data;
    return { ...event, data: { ...event.data, reply: redactQuote(reply, since), root: redactRoot(root, since) } };
  }
  if (event.type === "messages.purged") {
    const { author, from, through, roots } = event.data;
    // All of it may be hidden from the reader. Then no message that they have is in the range.
    const seen = { from: Math.max(from, since), through: Math.max(through, since) };
    return { ...event, data: { author, ...seen, roots: roots.filter(({ seq }) => seq >= since) } };
  }
  if (!("target" in event.data)) return event;
  if (event.data.target >= since) {
    if (event.type !== "message.deleted") return event;
    return { ...event, data: { ...event.data, root: redactRoot(event.data.root, since) } };
  }
  const { target } = event.data;
  const version = event.seq;
  const body = { state: "deleted", version, deletedAt: event.at } as const;
  switch (event.type) {
    case "message.edited":
      return { ...event, data: { target, body } };
    case "message.deleted":
      return { ...event, data: { target, body, root: null } };
    case "reaction.added":
    case "reaction.removed":
      return { ...event, data: { target, emoji: HIDDEN_EMOJI, reactions: { version, items: [] } } };
    case "message.pinned":
    case "message.unpinned":
      return { ...event, data: { target, pin: { version, by: null, at: null } } };
    case "thread.followed":
    case "thread.unfollowed":
      return { ...event, data: { target, replies: emptyReplies(version) } };
    default:
      return event;
  }
}

export const redactMessage = (message: Message, since: number): Message =>
  message.reply && message.reply.seq < since ? { ...message, reply: redactQuote(message.reply, since) } : message;

/**
 * Returns a message as it was at an entry, for a reader who may know nothing later. Annotations
 * that changed after the entry are left out, because their earlier state is not stored.
 */
export const messageAsOf = (message: Message, entry: number): Message => ({
  ...message,
  reactions: message.reactions.version > entry ? { version: 0, items: [] } : message.reactions,
  replies: message.replies.version > entry ? emptyReplies(0) : message.replies,
  pin: message.pin.version > entry ? { version: 0, by: null, at: null } : message.pin,
});
