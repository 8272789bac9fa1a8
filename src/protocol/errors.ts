// The closed table of errors: a stable code, the HTTP status, whether a retry may help, and a
// sentence.
import * as z from "zod";
import { commandId } from "./ids";
import { limits } from "./limits";
import { grouped, inMebibytes } from "./units";

interface ErrorRow {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 416 | 421 | 426 | 429 | 500 | 503;
  /** Whether the same request may succeed later without a change. */
  temporary: boolean;
  sentence: string;
}

export const errors = {
  malformed: { status: 400, temporary: false, sentence: "The request is not readable." },
  invalid: { status: 400, temporary: false, sentence: "A field of the request has a value that is not allowed." },
  message_too_long: {
    status: 413,
    temporary: false,
    sentence: `The message is longer than ${grouped(limits.messageCodePoints)} characters.`,
  },
  frame_too_large: {
    status: 413,
    temporary: false,
    sentence: `The request is larger than ${inMebibytes(limits.frameBytes)}.`,
  },
  unsupported_content_type: {
    status: 415,
    temporary: false,
    sentence: "The body must be of the type application/json.",
  },
  idempotency_key_required: {
    status: 400,
    temporary: false,
    sentence: "Send either nonce, epoch and after in the body, or an Idempotency-Key header.",
  },
  sign_in_required: { status: 401, temporary: false, sentence: "Sign in first." },
  unauthorized: { status: 401, temporary: false, sentence: "The token of this request is not valid. Sign in again." },
  wrong_credentials: { status: 401, temporary: false, sentence: "The handle or the password is wrong." },
  token_expired: { status: 401, temporary: true, sentence: "The access token has expired. Request a new one." },
  wrong_password: { status: 403, temporary: false, sentence: "The current password is wrong." },
  account_suspended: {
    status: 403,
    temporary: false,
    sentence: "The operator of this server has suspended this account.",
  },
  registration_closed: { status: 403, temporary: false, sentence: "This server takes no new accounts." },
  invite_required: { status: 403, temporary: false, sentence: "A new account needs a valid invite to this server." },
  origin_refused: { status: 403, temporary: false, sentence: "Requests from this origin cannot use a session cookie." },
  forbidden: { status: 403, temporary: false, sentence: "You do not have permission to do this." },
  not_found: { status: 404, temporary: false, sentence: "This does not exist, or you do not have access to it." },
  method_not_allowed: {
    status: 405,
    temporary: false,
    sentence: "This address does not support the method of the request.",
  },
  handle_taken: { status: 409, temporary: false, sentence: "This handle is already taken." },
  group_full: {
    status: 409,
    temporary: false,
    sentence: `A group has at most ${grouped(limits.groupMembers)} members.`,
  },
  too_many_groups: {
    status: 409,
    temporary: false,
    sentence: `An account can be in at most ${grouped(limits.groupsPerAccount)} groups.`,
  },
  guild_full: {
    status: 409,
    temporary: false,
    sentence: `A server has at most ${grouped(limits.guildMembers)} members.`,
  },
  too_many_guilds: {
    status: 409,
    temporary: false,
    sentence: `An account can be in at most ${grouped(limits.guildsPerAccount)} servers.`,
  },
  too_many_roles: {
    status: 409,
    temporary: false,
    sentence: `A server has at most ${grouped(limits.guildRoles)} roles.`,
  },
  too_many_categories: {
    status: 409,
    temporary: false,
    sentence: `A server has at most ${grouped(limits.guildCategories)} categories.`,
  },
  too_many_channels: {
    status: 409,
    temporary: false,
    sentence: `A server has at most ${grouped(limits.guildChannels)} channels.`,
  },
  too_many_overrides: {
    status: 409,
    temporary: false,
    sentence: `A channel has at most ${grouped(limits.overridesPerChannel)} overrides.`,
  },
  guild_owned: {
    status: 409,
    temporary: false,
    sentence: "The owner cannot leave a server. Make another member the owner, or delete the server.",
  },
  guild_deleted: {
    status: 409,
    temporary: false,
    sentence: "This server will be deleted. Its owner can still cancel that.",
  },
  user_banned: {
    status: 403,
    temporary: false,
    sentence: "This person is banned from the server. Lift the ban first.",
  },
  channel_of_guild: {
    status: 409,
    temporary: false,
    sentence: "This channel belongs to a server and is changed there.",
  },
  request_refused: { status: 403, temporary: false, sentence: "This person does not accept requests from you." },
  too_many_pending: {
    status: 409,
    temporary: false,
    sentence: "There are too many unanswered requests to this person or of this group.",
  },
  invite_invalid: { status: 404, temporary: false, sentence: "This invite is not valid, or it is not for you." },
  too_many_invites: {
    status: 409,
    temporary: false,
    sentence: `There are at most ${grouped(limits.invitesPerTarget)} invites to a group, to a person, or of one member to a server.`,
  },
  too_many_reactions: {
    status: 409,
    temporary: false,
    sentence: `A message has at most ${grouped(limits.reactionsPerMessage)} different reactions.`,
  },
  too_many_mentions: {
    status: 409,
    temporary: false,
    sentence: `A message mentions at most ${grouped(limits.mentionsPerMessage)} people. Only owners and admins may mention more.`,
  },
  too_many_pins: {
    status: 409,
    temporary: false,
    sentence: `A channel has at most ${grouped(limits.pinsPerChannel)} pinned messages.`,
  },
  too_many_drafts: {
    status: 409,
    temporary: false,
    sentence: `You already have ${grouped(limits.drafts)} drafts. Send or discard one first.`,
  },
  too_many_blocks: {
    status: 409,
    temporary: false,
    sentence: `An account blocks at most ${grouped(limits.blockedPeople)} people.`,
  },
  ticket_invalid: {
    status: 400,
    temporary: false,
    sentence: "A file of the message was not uploaded for this channel by this account.",
  },
  ticket_expired: {
    status: 409,
    temporary: false,
    sentence: "A file of the message was uploaded too long ago. Upload it again.",
  },
  ticket_used: {
    status: 409,
    temporary: false,
    sentence: "A file of the message was sent already. Forward it to send it again.",
  },
  recipient_deleted: {
    status: 409,
    temporary: false,
    sentence: "The other person has deleted their account. Nobody would read the message.",
  },
  draft_outdated: {
    status: 409,
    temporary: false,
    sentence: "Another device wrote this draft later, or sent it.",
  },
  time_passed: { status: 400, temporary: false, sentence: "This time is over already, by the server's clock." },
  nested_thread: { status: 409, temporary: false, sentence: "A reply in a thread cannot have a thread of its own." },
  channel_is_direct: {
    status: 409,
    temporary: false,
    sentence: "The name and the members of a direct channel cannot be changed.",
  },
  nonce_conflict: {
    status: 409,
    temporary: false,
    sentence: "This nonce or idempotency key was used for a different command.",
  },
  message_deleted: { status: 409, temporary: false, sentence: "The message has been deleted." },
  restore_unavailable: {
    status: 409,
    temporary: false,
    sentence: "There is no stored state of that time to restore.",
  },
  channel_full: {
    status: 409,
    temporary: false,
    sentence: "The storage of this channel is full. Deleting messages makes room.",
  },
  file_too_large: {
    status: 413,
    temporary: false,
    sentence: `A file has at most ${inMebibytes(limits.fileBytes)}, and a variant ${inMebibytes(limits.variantBytes)}.`,
  },
  image_too_large: {
    status: 413,
    temporary: false,
    sentence: `A picture has at most ${grouped(limits.imagePixels)} pixels.`,
  },
  file_refused: { status: 409, temporary: false, sentence: "The check of files refused this file. It is deleted." },
  upload_incomplete: {
    status: 409,
    temporary: false,
    sentence: "Parts of the file have not arrived. Send them, and complete the upload again.",
  },
  too_many_uploads: {
    status: 409,
    temporary: false,
    sentence: `An account has at most ${grouped(limits.uploadsPerAccount)} uploads that are not complete.`,
  },
  file_storage_full: {
    status: 409,
    temporary: false,
    sentence: "The files of this account or channel take all the space that they may. Deleting some makes room.",
  },
  range_not_satisfiable: { status: 416, temporary: false, sentence: "The range begins after the end of the file." },
  upgrade_required: { status: 426, temporary: false, sentence: "This address accepts only WebSocket upgrades." },
  rate_limited: { status: 429, temporary: true, sentence: "Too many requests. Try again later." },
  slow_mode: {
    status: 429,
    temporary: true,
    sentence: "Slow mode: wait before the next message in this channel.",
  },
  quota_exceeded: {
    status: 429,
    temporary: true,
    sentence: "The budget of this account or channel is used up for today.",
  },
  too_many_sockets: { status: 429, temporary: true, sentence: "This account has too many open sockets." },
  internal: { status: 500, temporary: true, sentence: "An internal error occurred." },
  temporary: { status: 503, temporary: true, sentence: "The server is temporarily unable to do this. Try again." },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errors;
export const errorCode = z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]]);

/**
 * The answer to a command that failed. Without `id`, the answer to a frame that was not readable.
 */
export const errorFrame = z.object({
  type: z.literal("error"),
  id: commandId.optional(),
  code: errorCode,
  temporary: z.boolean(),
  retryAfterMs: z.int().min(0).optional(),
  detail: z.string().optional(),
});

/** A problem of RFC 9457 with the stable `code`. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: errorCode,
    temporary: z.boolean(),
    detail: z.string().optional(),
    retryAfterMs: z.int().min(0).optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: "Problem", description: "A problem (RFC 9457). `code` is stable." });

export type ErrorFrame = z.infer<typeof errorFrame>;
export type Problem = z.infer<typeof problem>;
