// Everything that can go wrong, in one closed table: a stable code, the HTTP status, whether trying again may help, and a sentence.
import * as z from "zod";
import { commandId } from "./ids";

interface ErrorRow {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 421 | 426 | 429 | 500 | 503;
  /** True where the same request may succeed later, unchanged. */
  temporary: boolean;
  sentence: string;
}

export const errors = {
  malformed: { status: 400, temporary: false, sentence: "The request could not be read." },
  invalid: { status: 400, temporary: false, sentence: "The request has a field that is not allowed." },
  message_too_long: { status: 413, temporary: false, sentence: "The message is longer than 100,000 characters." },
  frame_too_large: { status: 413, temporary: false, sentence: "The request is larger than 1.5 MiB." },
  unsupported_content_type: { status: 415, temporary: false, sentence: "The body must be application/json." },
  idempotency_key_required: {
    status: 400,
    temporary: false,
    sentence: "Send either nonce, epoch and after in the body, or an Idempotency-Key header.",
  },
  sign_in_required: { status: 401, temporary: false, sentence: "Sign in first." },
  wrong_credentials: { status: 401, temporary: false, sentence: "The handle or the password is wrong." },
  token_expired: { status: 401, temporary: true, sentence: "The access token is no longer valid; ask for another." },
  wrong_password: { status: 403, temporary: false, sentence: "The current password is wrong." },
  origin_refused: { status: 403, temporary: false, sentence: "This origin may not act for a signed-in person." },
  forbidden: { status: 403, temporary: false, sentence: "You may not do this here." },
  not_found: { status: 404, temporary: false, sentence: "There is nothing here, or it is not yours." },
  method_not_allowed: { status: 405, temporary: false, sentence: "This address does not take that method." },
  handle_taken: { status: 409, temporary: false, sentence: "Somebody has this handle already." },
  group_full: { status: 409, temporary: false, sentence: "A group has at most 100 members." },
  too_many_reactions: { status: 409, temporary: false, sentence: "A message has at most 20 different reactions." },
  too_many_pins: { status: 409, temporary: false, sentence: "A channel has at most 50 pinned messages." },
  too_many_drafts: { status: 409, temporary: false, sentence: "You have 200 drafts already; finish or discard one." },
  nested_thread: { status: 409, temporary: false, sentence: "A reply in a thread has no thread of its own." },
  channel_is_direct: {
    status: 409,
    temporary: false,
    sentence: "A direct channel has no name and no members to change.",
  },
  nonce_conflict: {
    status: 409,
    temporary: false,
    sentence: "This nonce or key was used for a different command.",
  },
  message_deleted: { status: 409, temporary: false, sentence: "The message has been deleted." },
  restore_unavailable: {
    status: 409,
    temporary: false,
    sentence: "The storage has no earlier state of that time to go back to.",
  },
  upgrade_required: { status: 426, temporary: false, sentence: "This address speaks WebSocket." },
  rate_limited: { status: 429, temporary: true, sentence: "Too many requests; try again later." },
  too_many_sockets: { status: 429, temporary: true, sentence: "Too many sockets of this account are open." },
  internal: { status: 500, temporary: true, sentence: "Something went wrong on our side." },
  temporary: { status: 503, temporary: true, sentence: "This could not be done just now; try again." },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errors;
export const errorCode = z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]]);

/** The answer to a command that failed, or (without an `id`) to a frame that could not be read. */
export const errorFrame = z.object({
  type: z.literal("error"),
  id: commandId.optional(),
  code: errorCode,
  temporary: z.boolean(),
  retryAfterMs: z.int().min(0).optional(),
  detail: z.string().optional(),
});

/** RFC 9457, with the stable `code` beside it. */
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
  .meta({ id: "Problem", description: "What went wrong (RFC 9457). `code` is stable." });

export type ErrorFrame = z.infer<typeof errorFrame>;
export type Problem = z.infer<typeof problem>;
