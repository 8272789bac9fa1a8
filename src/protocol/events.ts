// What happened in a channel: the entries of its log, in the past tense. `data` carries the current state of what the entry touched,
// so a replayed log and a live one end in the same picture.
import * as z from "zod";
import { channelId, epoch, nonce, position, seq, time, userId } from "./ids";
import { body } from "./message";

const entry = { seq, at: time, actor: userId, nonce };

const messageSent = z.object({ ...entry, type: z.literal("message.sent"), data: z.object({ body }) });
const messageEdited = z.object({ ...entry, type: z.literal("message.edited"), data: z.object({ target: seq, body }) });
const messageDeleted = z.object({
  ...entry,
  type: z.literal("message.deleted"),
  data: z.object({ target: seq, body }),
});

export const event = z
  .discriminatedUnion("type", [messageSent, messageEdited, messageDeleted])
  .meta({ id: "Event", description: "An entry of a channel's log." });

/** One turn, or one page of a resume. Seqs are consecutive. `head` is the last entry of the log when the frame was made. */
export const eventsFrame = z.object({
  type: z.literal("events"),
  channel: channelId,
  epoch,
  head: position,
  events: z.array(event).min(1),
});

export type Event = z.infer<typeof event>;
export type EventType = Event["type"];
export type EventsFrame = z.infer<typeof eventsFrame>;
