// What somebody may see who joined a group that shows newcomers only what came after them. An entry about an older message reaches them,
// or their log would have a gap, but it says nothing of it.
import type { Event, Message, Quote, Replies } from "../protocol";

type Root = { seq: number; replies: Replies };

const silent = (version: number): Replies => ({ version, count: 0, lastAt: null, participants: [], followers: [] });

const veilRoot = (root: Root | null, since: number): Root | null =>
  root && root.seq < since ? { seq: root.seq, replies: silent(root.replies.version) } : root;

const veilQuote = (reply: Quote | null, since: number): Quote | null =>
  reply && reply.seq < since ? { ...reply, preview: null } : reply;

/** The event as a reader sees it whose first entry is `since` (0: sees all). */
export function redactEvent(event: Event, since: number): Event {
  if (since === 0) return event;
  if (event.type === "message.sent") {
    const { reply, root } = event.data;
    return { ...event, data: { ...event.data, reply: veilQuote(reply, since), root: veilRoot(root, since) } };
  }
  if (!("target" in event.data)) return event;
  if (event.data.target >= since) {
    if (event.type !== "message.deleted") return event;
    return { ...event, data: { ...event.data, root: veilRoot(event.data.root, since) } };
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
      return { ...event, data: { ...event.data, reactions: { version, items: [] } } };
    case "message.pinned":
    case "message.unpinned":
      return { ...event, data: { target, pin: { version, by: null, at: null } } };
    case "thread.followed":
    case "thread.unfollowed":
      return { ...event, data: { target, replies: silent(version) } };
    default:
      return event;
  }
}

export const redactMessage = (message: Message, since: number): Message =>
  message.reply && message.reply.seq < since ? { ...message, reply: veilQuote(message.reply, since) } : message;
