// A message as everyone reads it: on history pages, in events and in answers. What may change about it comes in parts, each with a version
// (the seq of the entry that made it): of two states of a part the one with the higher version is right.
import * as z from "zod";
import { nonce, position, seq, time, userId } from "./ids";
import { emoji } from "./text";

/** Whom a text calls: people by handle, and everyone by `@here` or `@channel`. Found by the server. */
export const mentions = z.object({ users: z.array(userId), all: z.enum(["here", "channel"]).nullable() });

const live = z.object({
  state: z.literal("live"),
  text: z.string(),
  mentions: mentions.default({ users: [], all: null }),
  /** Seq of the entry that last changed it; equals the message's own seq when it never was. */
  version: seq,
  editedAt: time.nullable().default(null),
});

const deleted = z.object({
  state: z.literal("deleted"),
  version: seq,
  deletedAt: time,
});

/** What a message says. Its state is a union, so a deleted one has no text. */
export const body = z.discriminatedUnion("state", [live, deleted]);

/** The message a reply answers, in short; `preview` is null once that one is deleted. */
export const quote = z.object({ seq, author: userId, preview: z.string().nullable() });

export const reactions = z.object({
  version: position,
  /** In the order in which each emoji first appeared; users in the order in which they reacted. */
  items: z.array(z.object({ emoji, users: z.array(userId) })),
});

/** The thread below a message; version 0 where there is none. */
export const replies = z.object({
  version: position,
  count: z.int().min(0),
  lastAt: time.nullable(),
  /** Who wrote last, newest first. */
  participants: z.array(userId),
  /** Who is told of new replies. */
  followers: z.array(userId),
});

/** Whether a message is pinned; `by` is null where it is not. */
export const pin = z.object({ version: position, by: userId.nullable(), at: time.nullable() });

export const message = z
  .object({
    seq,
    author: userId,
    nonce,
    at: time,
    body,
    reply: quote.nullable().default(null),
    /** The message whose thread this one stands in; null on the channel itself. */
    thread: seq.nullable().default(null),
    // A frame leaves out what nothing has gathered in.
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
