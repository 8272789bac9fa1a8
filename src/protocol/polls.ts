// Polls, for networks that block sockets: the same frames and commands over HTTP, with the same
// cursor.
import * as z from "zod";
import { serverFrame } from "./frames";
import { commandId, epoch, position } from "./ids";
import { limits } from "./limits";

/**
 * `id` is repeated in the answer. `wait` is how long the poll may be held while nothing is new, in
 * milliseconds.
 */
const poll = {
  id: commandId.default("poll"),
  wait: z.int().min(0).max(limits.longPollMs).default(0),
};

/** Asks for the events after a position; without one, for future events only. */
export const channelPoll = z
  .object({
    ...poll,
    epoch: epoch.optional(),
    after: position.optional(),
    /** As in `channel.subscribe`. */
    purges: z.boolean().optional(),
  })
  .refine((query) => (query.epoch === undefined) === (query.after === undefined), {
    error: "must have epoch and after together, or neither",
  });

export const guildPoll = z.object(poll);

export const inboxPoll = z.object({ ...poll, after: position.default(0) });

export const frameList = z
  .object({ frames: z.array(serverFrame) })
  .meta({ id: "FrameList", description: "The frames that a socket would have received, in order." });

/**
 * The frames of an answer, for a client that may be older than its server. Each frame is read on
 * its own.
 */
export const heardFrameList = z.object({ frames: z.array(z.unknown()) });

/**
 * Commands as on a channel socket, performed in order. A command that is not readable is refused
 * alone.
 */
export const commandList = z
  .object({ commands: z.array(z.unknown()).min(1).max(limits.commandsPerRequest) })
  .meta({ id: "CommandList" });

export type ChannelPoll = z.infer<typeof channelPoll>;
export type GuildPoll = z.infer<typeof guildPoll>;
export type InboxPoll = z.infer<typeof inboxPoll>;
