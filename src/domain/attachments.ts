// The rules of attachments: how a ticket becomes an attachment, and what an edit leaves of them. A
// ticket names one use of a file by one account in one channel. Its attachment has an id made from
// the ticket and the channel, so a ticket can make only one.
import {
  type Attachment,
  type AttachmentId,
  type AttachmentVariant,
  type ChannelId,
  channelId,
  type FileId,
  type KeptAttachment,
  noAttachments,
  type SentAttachment,
  type TicketId,
  type UserId,
} from "../protocol";
import { ChatError } from "./error";
import type { SentFile } from "./log";

/** What the server has found of a file. A message shows it; the ticket carries it. */
export type FileFacts = Pick<Attachment, "name" | "type" | "size" | "width" | "height" | "durationMs" | "thumbhash"> & {
  waveform?: number[] | undefined;
  variants?: AttachmentVariant[] | undefined;
};

/** What a ticket says: which file `user` may attach in `channel`, once, until `expires`. */
export interface TicketContent extends FileFacts {
  /** Identifies the ticket, and later its attachment. */
  id: TicketId;
  file: FileId;
  user: UserId;
  channel: ChannelId;
  /** Epoch milliseconds. */
  expires: number;
}

/** A file that a reader may have: where it is stored, and its attachment. */
export interface ReadableFile {
  file: FileId;
  attachment: Attachment;
}

/** Reads tickets, and knows which ones were used. */
export interface TicketReader {
  /** Returns what a ticket says. Throws `ticket_invalid` for one that is forged or damaged. */
  read(ticket: string): TicketContent;
  /** Whether a message of this channel was sent with the ticket. */
  isUsed(ticket: TicketId): boolean;
}

/** The attachments of a message that is sent, and their files in the same order. */
export interface AttachedFiles {
  attachments: Attachment[];
  files: readonly SentFile[];
}

/** Bound: empty. */
export const nothingAttached: AttachedFiles = { attachments: noAttachments, files: [] };

const PREFIX = "a_";
const TICKET_CHARACTERS = 13;

/** Returns the id of the attachment that a ticket makes in a channel. */
export const attachmentIdOf = (ticket: TicketId, channel: ChannelId): AttachmentId =>
  `${PREFIX}${ticket}${channel.slice("c_".length)}`;

/**
 * Returns the ticket and the channel of an attachment; null for an id that no ticket made, such as
 * one of an earlier version.
 */
export function readAttachmentId(id: AttachmentId): { ticket: TicketId; channel: ChannelId } | null {
  const start = PREFIX.length + TICKET_CHARACTERS;
  const channel = `c_${id.slice(start)}`;
  if (!channelId.safeParse(channel).success) return null;
  return { ticket: id.slice(PREFIX.length, start), channel };
}

/**
 * Throws `ticket_invalid` unless the ticket is of this user for this channel, and `ticket_expired`
 * if it is too old.
 */
export function requireUsable(ticket: TicketContent, user: UserId, channel: ChannelId, now: number): void {
  if (ticket.user !== user || ticket.channel !== channel) throw new ChatError("ticket_invalid");
  if (ticket.expires <= now) throw new ChatError("ticket_expired");
}

/** Returns the attachment that a ticket makes. `alt` is empty or absent if there is none. */
function attachmentOf(ticket: TicketContent, alt: string | undefined): Attachment {
  const { id, channel, name, type, size, width, height, durationMs, thumbhash, waveform, variants } = ticket;
  return {
    id: attachmentIdOf(id, channel),
    ...{ name, type, size },
    ...(alt ? { alt } : {}),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(thumbhash === undefined ? {} : { thumbhash }),
    ...(waveform === undefined ? {} : { waveform }),
    ...(variants === undefined || variants.length === 0 ? {} : { variants }),
  };
}

/**
 * Reads the tickets of a message and returns what each makes. Does not check whether it may still
 * be used, so that a repeat is recognised later too.
 */
export const attachmentsOf = (
  tickets: TicketReader,
  sent: readonly SentAttachment[],
): { ticket: TicketContent; attachment: Attachment }[] =>
  sent.map((item) => {
    const { ticket: signed, alt } = typeof item === "string" ? { ticket: item, alt: undefined } : item;
    const ticket = tickets.read(signed);
    return { ticket, attachment: attachmentOf(ticket, alt) };
  });

/**
 * Returns the attachments of a message after an edit. Throws `invalid` if the edit names one that
 * the message does not have, or one twice.
 */
export function keepAttachments(before: readonly Attachment[], kept: readonly KeptAttachment[]): Attachment[] {
  const attachments = kept.map(({ id, alt }) => {
    const known = before.find((attachment) => attachment.id === id);
    if (!known) throw new ChatError("invalid", "attachments: the message has no attachment with this id");
    if (alt === undefined) return known;
    const { alt: _, ...rest } = known;
    return alt === "" ? rest : { ...rest, alt };
  });
  if (new Set(kept.map(({ id }) => id)).size < kept.length)
    throw new ChatError("invalid", "attachments: an attachment is named twice");
  return attachments;
}
