// Messages with attachments, sent by tickets as the end of an upload makes them. No bytes are
// stored: a channel knows only what a ticket says.
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { FileFacts, TicketContent } from "../../src/domain/attachments";
import type { Attachment, Event, SentAttachment } from "../../src/protocol";
import { signTicket } from "../../src/runtime/attachment-ticket";
import { newId, newTicketId } from "../../src/runtime/ids";
import { perform } from "./log";
import type { Device } from "./socket";

/** The attachment that a test expects. Its ticket decides its id. */
export const photo = (fields: Partial<Omit<Attachment, "id">> = {}): Attachment => ({
  id: expect.stringMatching(/^a_[0-9a-z]{13}/),
  name: "photo.jpg",
  type: "image/jpeg",
  size: 123_456,
  ...fields,
});

/** What a ticket says beside the facts of its file. */
type TicketFields = Partial<Omit<TicketContent, keyof FileFacts>>;

/** Returns the content of a new ticket. */
export function ticketContent(
  user: string,
  channel: string,
  facts: Partial<FileFacts> = {},
  fields: TicketFields = {},
): TicketContent {
  const { id: _, ...file } = photo();
  const expires = Date.now() + 60_000;
  return { ...file, ...facts, id: newTicketId(), file: newId("f", 1), user, channel, expires, ...fields };
}

export const sign = (content: TicketContent): string => signTicket(env.TOKEN_SECRET, content);

/** Returns a ticket of a new file for the person and the channel of a device. */
export function ticketFor({ user, channel }: Device, { alt, ...facts }: Partial<Attachment> = {}): SentAttachment {
  const { id: _, ...file } = { id: "", ...facts };
  const ticket = sign(ticketContent(user, channel, file));
  return alt === undefined ? ticket : { ticket, alt };
}

/** Sends a message with these attachments, each of a new file. Returns its event. */
export function sayParts(
  device: Device,
  epoch: string,
  { text = "", attachments = [] }: { text?: string; attachments?: Attachment[] },
  on: { replyTo?: number; thread?: number } = {},
): Promise<Event> {
  const tickets = attachments.map((attachment) => ticketFor(device, attachment));
  return perform(device, epoch, { type: "message.send", text, attachments: tickets, ...on });
}

/** Returns the attachments of the message that an event shows. */
export function attachmentsOf({ data }: Event): Attachment[] {
  if (!("body" in data) || data.body.state === "deleted") throw new Error("the event has no live body");
  return data.body.attachments;
}
