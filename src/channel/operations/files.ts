// What the gateway asks about the files of attachments. A file has no rights of its own: who may
// read the message now may read its files, and nobody else.
import { type ReadableFile, readAttachmentId } from "../../domain/attachments";
import { ChatError } from "../../domain/error";
import { requirePermission } from "../../domain/permission-sets";
import type { AttachmentId, TicketId } from "../../protocol";
import type { Channel } from "../channel";

/**
 * Returns the file of an attachment. Throws `not_found` unless a message that is not deleted has
 * the attachment and the user may read that message.
 */
export function readableFile(
  { log, roster }: Pick<Channel, "log" | "roster">,
  user: string,
  id: AttachmentId,
): ReadableFile {
  const { since } = roster.member(user);
  const named = readAttachmentId(id);
  const held = named?.channel === log.header.channel ? log.files.find(named.ticket) : null;
  const message = held !== null && held.seq >= since ? log.message(held.seq) : null;
  const attachments = message?.state === "live" ? message.parts.attachments : [];
  const attachment = attachments.find((candidate) => candidate.id === id);
  if (!held || !attachment) throw new ChatError("not_found");
  return { file: held.file, attachment };
}

export const heldTickets = ({ log }: Pick<Channel, "log">, tickets: readonly TicketId[]): TicketId[] =>
  log.files.held(tickets);

/** Throws `forbidden` unless a member may attach files to messages. */
export function requireMayAttach({ roster }: Pick<Channel, "roster">, user: string): null {
  const { permissions } = roster.member(user);
  requirePermission(permissions, "send");
  if (permissions.lacks("attach")) throw new ChatError("forbidden", "this requires the permission attach");
  return null;
}
