// Another use of a file: a person who may read it gets a ticket of their own for another message.
// The bytes stay where they are, and one more reference keeps them.
import { promiseFile } from "../../directory/file-references";
import { type ReadableFile, readAttachmentId } from "../../domain/attachments";
import { ChatError, unwrap } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { type AttachmentId, type ChannelId, type CompletedUpload, limits } from "../../protocol";
import { signTicket } from "../../runtime/attachment-ticket";
import { newTicketId } from "../../runtime/ids";
import { retry } from "../../runtime/retry";
import { type GatewayContext, secretsOf } from "../http/context";

/** Asks the channel of an attachment for its file. Throws `not_found`. */
export async function readableFile(c: GatewayContext, attachment: AttachmentId): Promise<ReadableFile> {
  const channel = readAttachmentId(attachment)?.channel;
  if (channel === undefined) throw new ChatError("not_found");
  const caller = c.get("caller");
  return unwrap(await retry(async () => c.env.CHANNELS.getByName(channel).mayRead(caller, attachment)));
}

/**
 * Returns a ticket of the caller for a file in `channel`. The ticket promises the file, so the
 * message that it came from may be deleted meanwhile. Throws `not_found` and `forbidden`.
 */
export async function forwardAttachment(
  c: GatewayContext,
  id: AttachmentId,
  channel: ChannelId,
): Promise<CompletedUpload> {
  const { file, attachment } = await readableFile(c, id);
  const caller = c.get("caller");
  unwrap(await retry(async () => c.env.CHANNELS.getByName(channel).mayAttach(caller)));
  const ticket = newTicketId();
  const expires = c.get("now") + limits.ticketMs;
  const isPromised = await promiseFile(c.get("db"), {
    file,
    ticket,
    channel,
    until: expires + tuning.fileKeptAfterTicketMs,
  });
  if (!isPromised) throw new ChatError("not_found");
  const { id: _, alt: _alt, ...facts } = attachment;
  const [secret = ""] = secretsOf(c.env);
  const signed = signTicket(secret, { ...facts, id: ticket, file, user: caller.user, channel, expires });
  return { ...facts, ticket: signed, expiresAt: expires };
}
