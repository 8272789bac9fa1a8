// What an entry of the log does to a message that is loaded. Its state comes in parts, each with a version: the higher one is right,
// so that applying an entry twice, or after a page that knows it already, changes nothing.
import {
  type Body,
  type HeardEvent,
  type Message,
  type Pin,
  previewOf,
  type Reactions,
  type Replies,
} from "../../protocol";

type Sent = Extract<HeardEvent, { type: "message.sent" }>;

/** What surrounds a message to which nothing has happened. */
export const bare: { reactions: Reactions; replies: Replies; pin: Pin } = {
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
};

export const messageOf = ({ seq, actor, nonce, at, data: { body, reply, thread } }: Sent): Message => ({
  seq,
  author: actor,
  nonce,
  at,
  body,
  reply,
  thread,
  ...bare,
});

/** The message after the event; the same object where the event says nothing about it. */
export function after(message: Message, event: HeardEvent): Message {
  switch (event.type) {
    case "message.sent":
      return withRoot(message, event.data.root);
    case "message.edited":
      return withQuoted(withBody(message, event.data), event.data);
    case "message.deleted":
      return withRoot(withQuoted(withBody(message, event.data), event.data), event.data.root);
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
  part: P,
  state: Message[P],
): Message {
  return message[part].version < state.version ? { ...message, [part]: state } : message;
}

interface BodyChange {
  target: number;
  body: Body;
}

const withBody = (message: Message, { target, body }: BodyChange): Message =>
  target === message.seq ? newer(message, "body", body) : message;

const withRoot = (message: Message, root: Sent["data"]["root"]): Message =>
  root?.seq === message.seq ? newer(message, "replies", root.replies) : message;

/** A quote follows what it quotes. It has no version: events come in order, and what is deleted stays so. */
function withQuoted(message: Message, { target, body }: BodyChange): Message {
  const { reply } = message;
  if (reply?.seq !== target || reply.preview === null) return message;
  const preview = previewOfBody(body);
  return preview === reply.preview ? message : { ...message, reply: { ...reply, preview } };
}

export const previewOfBody = (body: Body): string | null => (body.state === "live" ? previewOf(body.text) : null);
