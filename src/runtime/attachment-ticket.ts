// Signs and reads tickets of files: signed JSON.
import * as z from "zod";
import type { TicketContent } from "../domain/attachments";
import { ChatError } from "../domain/error";
import { attachment, channelId, fileId, limits, ticketId, time, userId } from "../protocol";
import { readSignedText, signText } from "./signed-text";

const content = z.object({
  v: z.literal(1),
  ticket: ticketId,
  file: fileId,
  user: userId,
  channel: channelId,
  expires: time,
  ...attachment.omit({ id: true, alt: true }).shape,
});

const LABEL = "parley attachment ticket";

/**
 * Returns the ticket of a file. Throws a RangeError if it would be longer than clients may send.
 */
export function signTicket(secret: string, { id, ...rest }: TicketContent): string {
  const json = JSON.stringify({ v: 1, ticket: id, ...rest } satisfies z.input<typeof content>);
  const ticket = signText(secret, LABEL, json);
  if (ticket.length > limits.ticketCharacters) throw new RangeError("the facts of a file are too long for a ticket");
  return ticket;
}

/**
 * Returns what a ticket says. `secrets` are the current secret and, during a rotation, the one
 * before. Throws `ticket_invalid` for a ticket that is forged or damaged. The caller checks for
 * whom it is, and whether it has expired.
 */
export function readTicket(secrets: readonly string[], ticket: string): TicketContent {
  const json = ticket.length > limits.ticketCharacters ? null : readSignedText(secrets, LABEL, ticket);
  if (json === null) throw new ChatError("ticket_invalid");
  // A signed text was made by this server, so one that cannot be read is a fault.
  const { v: _, ticket: id, ...rest } = content.parse(JSON.parse(json));
  return { id, ...rest };
}
