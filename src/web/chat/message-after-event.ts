import type { Event } from "../../protocol";
import type { MessageView } from "../../sdk";

/** Returns a message as the composer names it, after an event edited or deleted it. */
export function messageAfterEvent(message: MessageView, event: Event): MessageView {
  if (event.type !== "message.edited" && event.type !== "message.deleted") return message;
  const { target, body } = event.data;
  if (target !== message.seq) return message;
  const { state } = body;
  if (body.state === "deleted") return { ...message, state, body, text: "", attachments: [], mentions: null };
  const { text, attachments, mentions } = body;
  return { ...message, state, body, text, attachments, mentions, edited: true };
}
