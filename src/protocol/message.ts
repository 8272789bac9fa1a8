// A message as clients read it, in history pages, events and answers. Its body and its annotations
// change independently. Each has a version, the seq of the entry that last changed it. Of two
// states the one with the higher version is current.
import * as z from "zod";
import { attachment, attachmentSummary } from "./attachment";
import { nonce, position, roleId, seq, time, userId } from "./ids";
import { emoji } from "./text";

/**
 * The mentions of a text: users by handle, the members of mentioned roles, and `@here` or
 * `@channel`. The server finds them.
 */
export const mentions = z.object({
  users: z.array(userId),
  all: z.enum(["here", "channel"]).nullable(),
  /**
   * The roles of a guild that the text mentions. Their members are among the users, except in a
   * large channel.
   */
  roles: z.array(roleId).optional(),
});

const live = z.object({
  state: z.literal("live"),
  text: z.string(),
  mentions: mentions.default({ users: [], all: null }),
  /** A message with attachments may have an empty text. */
  attachments: z.array(attachment).default([]),
  /**
   * The seq of the entry that last changed the body; the message's own seq when it was never
   * edited.
   */
  version: seq,
  editedAt: time.nullable().default(null),
});

const deleted = z.object({
  state: z.literal("deleted"),
  version: seq,
  deletedAt: time,
});

/** The body of a message. Its state alone says whether the message is deleted. */
export const body = z.discriminatedUnion("state", [live, deleted]);

/**
 * The message that a reply answers. Clients before `state` know a deleted message by a `preview`
 * that is null; servers before it say it so.
 */
export const quote = z
  .object({
    seq,
    author: userId,
    state: z.enum(["live", "deleted"]).default("live"),
    /** The beginning of the text; null once the message is deleted. */
    preview: z.string().nullable(),
    attachments: attachmentSummary.optional(),
  })
  .overwrite((read) => (read.preview === null ? { ...read, state: "deleted" } : read));

export const reactions = z.object({
  version: position,
  /** Emoji in the order of their first use, users in the order of their reactions. */
  items: z.array(z.object({ emoji, users: z.array(userId) })),
});

/** The summary of the thread below a message; version 0 when there is none. */
export const replies = z.object({
  version: position,
  count: z.int().min(0),
  lastAt: time.nullable(),
  /** The last authors, newest first. */
  participants: z.array(userId),
  /** Users who are notified of new replies. */
  followers: z.array(userId),
});

/** Whether a message is pinned. `by` is null when it is not. */
export const pin = z.object({ version: position, by: userId.nullable(), at: time.nullable() });

export const message = z
  .object({
    seq,
    author: userId,
    nonce,
    at: time,
    body,
    reply: quote.nullable().default(null),
    /** The root of its thread; null outside of threads. */
    thread: seq.nullable().default(null),
    /** Whether a reply in a thread is shown in the channel itself too. Left out if it is not. */
    toChannel: z.boolean().optional(),
    /** Whether its sender says that it was forwarded. Left out if not. */
    forwarded: z.boolean().optional(),
    // A frame leaves out annotations that have their default.
    reactions: reactions.default({ version: 0, items: [] }),
    replies: replies.default({ version: 0, count: 0, lastAt: null, participants: [], followers: [] }),
    pin: pin.default({ version: 0, by: null, at: null }),
  })
  .meta({ id: "Message", description: "A message of a channel in its current state." });

export type Mentions = z.infer<typeof mentions>;
export type Body = z.infer<typeof body>;
export type Quote = z.infer<typeof quote>;
export type Reactions = z.infer<typeof reactions>;
export type Replies = z.infer<typeof replies>;
export type Pin = z.infer<typeof pin>;
export type Message = z.infer<typeof message>;
