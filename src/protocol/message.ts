// A message as everyone reads it: on history pages, in events and in answers. Its state is a union, so a deleted one has no text.
import * as z from "zod";
import { nonce, seq, time, userId } from "./ids";

const live = z.object({
  state: z.literal("live"),
  text: z.string(),
  /** Seq of the entry that last changed it; equals the message's own seq when it never was. */
  version: seq,
  editedAt: time.nullable(),
});

const deleted = z.object({
  state: z.literal("deleted"),
  version: seq,
  deletedAt: time,
});

/** The current state of a message's body. Applying the one with the higher `version` is always right. */
export const body = z.discriminatedUnion("state", [live, deleted]);

export const message = z
  .object({ seq, author: userId, nonce, at: time, body })
  .meta({ id: "Message", description: "A message of a channel in its current state." });

export type Body = z.infer<typeof body>;
export type Message = z.infer<typeof message>;
