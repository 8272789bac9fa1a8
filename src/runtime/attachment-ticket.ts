// Signs and reads tickets of files: `base64url(JSON) + "." + base64url(HMAC-SHA256)`. Both are
// synchronous, so that the flush of a channel verifies a ticket without a pause.
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { TicketContent } from "../domain/attachments";
import { ChatError } from "../domain/error";
import { attachment, channelId, fileId, limits, ticketId, time, userId } from "../protocol";

const content = z.object({
  v: z.literal(1),
  ticket: ticketId,
  file: fileId,
  user: userId,
  channel: channelId,
  expires: time,
  ...attachment.omit({ id: true, alt: true }).shape,
});

/** The words keep these signatures apart from everything else that the secret signs. */
const sign = (secret: string, payload: string): Buffer =>
  createHmac("sha256", secret).update(`parley attachment ticket\n${payload}`).digest();

/**
 * Returns the ticket of a file. Throws a RangeError if it would be longer than clients may send.
 */
export function signTicket(secret: string, { id, ...rest }: TicketContent): string {
  const json = JSON.stringify({ v: 1, ticket: id, ...rest } satisfies z.input<typeof content>);
  const payload = Buffer.from(json).toString("base64url");
  const ticket = `${payload}.${sign(secret, payload).toString("base64url")}`;
  if (ticket.length > limits.ticketCharacters) throw new RangeError("the facts of a file are too long for a ticket");
  return ticket;
}

/**
 * Returns what a ticket says. `secrets` are the current secret and, during a rotation, the one
 * before. Throws `ticket_invalid` for a ticket that is forged or damaged. The caller checks for
 * whom it is, and whether it has expired.
 */
export function readTicket(secrets: readonly string[], ticket: string): TicketContent {
  const end = ticket.indexOf(".");
  const payload = ticket.slice(0, Math.max(0, end));
  const signature = Buffer.from(ticket.slice(end + 1), "base64url");
  const isSigned = secrets.some((secret) => {
    const expected = sign(secret, payload);
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
  if (ticket.length > limits.ticketCharacters || !isSigned) throw new ChatError("ticket_invalid");
  // A signed payload was made by this server, so one that cannot be read is a fault.
  const { v: _, ticket: id, ...rest } = content.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  return { id, ...rest };
}
