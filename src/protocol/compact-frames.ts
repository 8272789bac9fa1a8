// Frames without the fields that have their default, which readers fill in. The size of these
// frames matters: a frame of events is copied to every socket, and a page is most of what a device
// reads when it opens a channel. `JSON.stringify` leaves out fields that are undefined.
import type { Event } from "./events";
import type { ServerFrame } from "./frames";
import type { Body, Message } from "./message";

export function leanFrame(frame: ServerFrame): unknown {
  if (frame.type === "events") return { ...frame, events: frame.events.map(leanEvent) };
  if (frame.type === "page")
    return { ...frame, page: { ...frame.page, messages: frame.page.messages.map(leanMessage) } };
  return frame;
}

export function leanEvent(event: Event): unknown {
  if (event.type === "message.edited") return leanEdit(event);
  if (event.type !== "message.sent") return event;
  const { seq, at, actor, nonce, type, data } = event;
  const { body, reply, thread, toChannel, forwarded, root } = data;
  const lean = {
    body: leanBody(body),
    reply: reply ?? undefined,
    thread: thread ?? undefined,
    toChannel,
    forwarded,
    root: root ?? undefined,
  };
  return { seq, at, actor, nonce, type, data: lean };
}

/** Keeps the other defaults, as protocol 1 always had them in an edit. */
function leanEdit(event: Extract<Event, { type: "message.edited" }>): unknown {
  const { target, body } = event.data;
  if (body.state !== "live" || body.attachments.length > 0) return event;
  const { attachments: _, ...rest } = body;
  return { ...event, data: { target, body: rest } };
}

function leanMessage(message: Message): unknown {
  const { seq, author, nonce, at, body, reply, thread, toChannel, forwarded, reactions, replies, pin } = message;
  return {
    seq,
    author,
    nonce,
    at,
    body: leanBody(body),
    reply: reply ?? undefined,
    thread: thread ?? undefined,
    toChannel,
    forwarded,
    reactions: reactions.version > 0 ? reactions : undefined,
    replies: replies.version > 0 ? replies : undefined,
    pin: pin.version > 0 ? pin : undefined,
  };
}

function leanBody(body: Body): unknown {
  if (body.state !== "live") return body;
  const { state, text, mentions, attachments, version, editedAt } = body;
  const hasMentions = mentions.users.length > 0 || mentions.all !== null || mentions.roles !== undefined;
  return {
    state,
    text,
    mentions: hasMentions ? mentions : undefined,
    attachments: attachments.length > 0 ? attachments : undefined,
    version,
    editedAt: editedAt ?? undefined,
  };
}
