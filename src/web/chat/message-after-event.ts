import type { Event } from "../../protocol";
import type { MessageView } from "../../sdk";

type DeletedBody = Extract<MessageView["body"], { state: "deleted" }>;
const deleted = (message: MessageView, body: DeletedBody): MessageView => ({
  ...{ ...message, state: "deleted", body, text: "", attachments: [], mentions: null },
});

/** Returns a message as the composer names it, after an event edited or deleted it. */
export function messageAfterEvent(message: MessageView, event: Event): MessageView {
  if (event.type === "messages.purged") {
    const { author, from, through } = event.data;
    const { seq } = message;
    const isPurged = message.author === author && seq !== null && seq >= from && seq <= through;
    const body = { state: "deleted", version: event.seq, deletedAt: event.at } as const;
    return isPurged && message.state === "live" ? deleted(message, body) : message;
  }
  if (event.type !== "message.edited" && event.type !== "message.deleted") return message;
  const { target, body } = event.data;
  if (target !== message.seq) return message;
  if (body.state === "deleted") return deleted(message, body);
  const { state } = body;
  const { text, attachments, mentions } = body;
  return { ...message, state, body, text, attachments, mentions, edited: true };
}
