// Frames without what their reader fills in. A frame of events is encoded once and copied to every socket, and a page is most of what a device
// that opens a channel reads: their bytes are their price.
import type { Event } from "./events";
import type { ServerFrame } from "./frames";
import type { Body, Message } from "./message";

export function leanFrame(frame: ServerFrame): unknown {
  if (frame.type === "events") return { ...frame, events: frame.events.map(leanEvent) };
  if (frame.type === "page")
    return { ...frame, page: { ...frame.page, messages: frame.page.messages.map(leanMessage) } };
  return frame;
}

function leanEvent(event: Event): unknown {
  if (event.type !== "message.sent") return event;
  const { body, reply, thread, root } = event.data;
  return {
    ...event,
    data: { body: leanBody(body), ...(reply && { reply }), ...(thread !== null && { thread }), ...(root && { root }) },
  };
}

function leanMessage({ body, reply, thread, reactions, replies, pin, ...message }: Message): unknown {
  return {
    ...message,
    body: leanBody(body),
    ...(reply && { reply }),
    ...(thread !== null && { thread }),
    ...(reactions.version > 0 && { reactions }),
    ...(replies.version > 0 && { replies }),
    ...(pin.version > 0 && { pin }),
  };
}

function leanBody(body: Body): unknown {
  if (body.state !== "live") return body;
  const { mentions, editedAt, ...rest } = body;
  const isCalling = mentions.users.length > 0 || mentions.all !== null;
  return { ...rest, ...(isCalling && { mentions }), ...(editedAt !== null && { editedAt }) };
}
