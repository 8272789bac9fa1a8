// How events change a loaded message. Its body and each of its annotations have a version, and the
// higher version wins. So an event has no effect when it is applied twice, or to a page that
// already includes it.
import {
  attachmentsField,
  type Body,
  type HeardEvent,
  type Message,
  type Pin,
  type Preview,
  previewOf,
  type Quote,
  type Reactions,
  type Replies,
} from "../../protocol";

type Sent = Extract<HeardEvent, { type: "message.sent" }>;
type Purged = Extract<HeardEvent, { type: "messages.purged" }>;

/** The annotations of a new message. */
export const NO_ANNOTATIONS: { reactions: Reactions; replies: Replies; pin: Pin } = {
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
};

export const messageOf = ({ seq, actor, nonce, at, data }: Sent): Message => ({
  seq,
  author: actor,
  nonce,
  at,
  body: data.body,
  reply: data.reply,
  thread: data.thread,
  ...(data.toChannel && { toChannel: true }),
  ...(data.forwarded && { forwarded: true }),
  ...NO_ANNOTATIONS,
});

/** Whether the channel itself shows a message. */
export const isInChannel = ({ thread, toChannel }: Pick<Message, "thread" | "toChannel">): boolean =>
  thread === null || toChannel === true;

/** Returns the message after the event, and the same object if the event does not change it. */
export function messageAfter(message: Message, event: HeardEvent): Message {
  switch (event.type) {
    case "message.sent":
      return withRoot(message, event.data.root);
    case "message.edited":
      return withQuoted(withBody(message, event.data), event.data);
    case "message.deleted":
      return withRoot(withQuoted(withDeletion(message, event.data), event.data), event.data.root);
    case "messages.purged":
      return event.data.roots.reduce(withRoot, withPurge(message, event));
    case "reaction.added":
    case "reaction.removed":
      return event.data.target === message.seq ? newer(message, "reactions", event.data.reactions) : message;
    case "message.pinned":
    case "message.unpinned":
      return event.data.target === message.seq ? newer(message, "pin", event.data.pin) : message;
    case "thread.followed":
    case "thread.unfollowed":
      return event.data.target === message.seq ? newer(message, "replies", event.data.replies) : message;
    default:
      return message;
  }
}

function newer<P extends "body" | "reactions" | "replies" | "pin">(
  message: Message,
  slice: P,
  state: Message[P],
): Message {
  return message[slice].version < state.version ? { ...message, [slice]: state } : message;
}

interface BodyChange {
  target: number;
  body: Body;
}

const withBody = (message: Message, { target, body }: BodyChange): Message =>
  target === message.seq ? newer(message, "body", body) : message;

/** A deletion also removes the reactions and the pin, and brings no events for them. */
function withDeletion(message: Message, change: BodyChange): Message {
  if (change.target !== message.seq) return message;
  const { version } = change.body;
  const unreacted = newer(withBody(message, change), "reactions", { version, items: [] });
  return newer(unreacted, "pin", { version, by: null, at: null });
}

/** A purge deletes what its author sent in a range, and names none of these messages. */
function withPurge(message: Message, { seq: version, at: deletedAt, data }: Purged): Message {
  const { reply } = message;
  const target = isPurged(message, data) ? message.seq : isQuotePurged(reply, data) ? reply.seq : null;
  if (target === null) return message;
  const change: BodyChange = { target, body: { state: "deleted", version, deletedAt } };
  const changed = withDeletion(message, change);
  return isQuotePurged(reply, data) ? withQuoted(changed, { ...change, target: reply.seq }) : changed;
}

type Range = Purged["data"];
const isWithin = (seq: number, { from, through }: Range): boolean => seq >= from && seq <= through;

/** Whether a purge deletes a message. It leaves one that is deleted as it is. */
export const isPurged = ({ seq, author, body }: Message, range: Range): boolean =>
  author === range.author && body.state === "live" && isWithin(seq, range);

const isQuotePurged = (quote: Quote | null, range: Range): quote is Quote =>
  quote !== null && quote.author === range.author && isWithin(quote.seq, range);

const withRoot = (message: Message, root: Sent["data"]["root"]): Message =>
  root?.seq === message.seq ? newer(message, "replies", root.replies) : message;

/**
 * Updates a quote with its message. Quotes have no version: events come in order, and a deleted
 * message stays deleted.
 */
function withQuoted(message: Message, { target, body }: BodyChange): Message {
  const { reply } = message;
  if (reply?.seq !== target || reply.state === "deleted") return message;
  const next = quoteOf(target, reply.author, body);
  const isSame = next.preview === reply.preview && next.attachments?.name === reply.attachments?.name;
  return isSame && next.attachments?.count === reply.attachments?.count ? message : { ...message, reply: next };
}

/** Returns the quote of a message with this body. */
export function quoteOf(seq: number, author: string, body: Body): Quote {
  if (body.state === "deleted") return { seq, author, state: "deleted", preview: null };
  return { seq, author, state: "live", preview: previewOf(body.text), ...attachmentsField(body.attachments) };
}

/** Returns the preview of a message for an inbox row; null for a deleted message. */
export function previewOfMessage({ author, at, body }: Pick<Message, "author" | "at" | "body">): Preview | null {
  if (body.state === "deleted") return null;
  return { author, at, text: previewOf(body.text), ...attachmentsField(body.attachments) };
}
