// Ids and positions. The first letter of an id is its kind. Within a channel, the seq identifies an
// entry.
import * as z from "zod";
import { limits } from "./limits";

const entity = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-z]{1,32}$`))
    .meta({ description: `Id of ${what}.`, example: `${prefix}_0k3f9x2a7q` });

export const userId = entity("u", "a user");
export const channelId = entity("c", "a channel");
export const sessionId = entity("s", "a session");
export const guildId = entity("g", "a guild");
export const roleId = entity("r", "a role of a guild");
export const categoryId = entity("k", "a category of channels");
export const reportId = entity("x", "a report");
/** `domain/attachments.ts` says what the server puts into it. */
export const attachmentId = entity("a", "an attachment");
export const uploadId = entity("l", "an upload");
/** A stored file. Only the server knows these ids; no frame and no address has one. */
export const fileId = entity("f", "a stored file");
/** A ticket. It names one use of a file. */
export const ticketId = z.string().regex(/^[0-9a-z]{13}$/);

/** A UUID that the client makes when it composes a command. The same nonce is the same command. */
export const nonce = z.uuid().meta({ description: "Client-made UUID of a command." });

/** A random name, made with a channel's log. A restored log gets another one. */
export const epochPattern = /^[0-9a-z]{1,32}$/;
export const epoch = z
  .string()
  .regex(epochPattern)
  .meta({ description: "Names one epoch of a channel's log. A restore begins another one." });

/** The position of an entry in a channel's log: 1, 2, 3, … without gaps. */
export const seq = z.int().min(1).meta({ description: "Position of an entry in its channel's log." });

/** A seq, or 0 for the position before the first entry. */
export const position = z.int().min(0);

/** The latest time of a `Date`. Epoch milliseconds. */
const LATEST = 8_640_000_000_000_000;

/** Epoch milliseconds. */
export const time = z.int().min(0).max(LATEST).meta({ description: "Epoch milliseconds." });

/** The id of a command. The client chooses the id, and the answer repeats it. */
export const commandId = z.string().min(1).max(limits.commandIdCharacters);

export type UserId = z.infer<typeof userId>;
export type ChannelId = z.infer<typeof channelId>;
export type SessionId = z.infer<typeof sessionId>;
export type GuildId = z.infer<typeof guildId>;
export type RoleId = z.infer<typeof roleId>;
export type AttachmentId = z.infer<typeof attachmentId>;
export type FileId = z.infer<typeof fileId>;
export type TicketId = z.infer<typeof ticketId>;
export type CategoryId = z.infer<typeof categoryId>;
