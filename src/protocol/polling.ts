// The wire where sockets are blocked: the same frames and commands, carried by HTTP on the same cursor.
import * as z from "zod";
import { serverFrame } from "./frames";
import { commandId, epoch, position } from "./ids";
import { limits } from "./limits";

/** What both kinds of poll take: `id` names the question in its answer; `wait` milliseconds is how long it may be held while there is nothing to say. */
const poll = {
  id: commandId.default("poll"),
  wait: z.int().min(0).max(limits.longPollMs).default(0),
};

/** From a position on; without one, from here on. */
export const channelPoll = z
  .object({ ...poll, epoch: epoch.optional(), after: position.optional() })
  .refine((query) => (query.epoch === undefined) === (query.after === undefined), {
    error: "takes epoch and after together",
  });

export const inboxPoll = z.object({ ...poll, after: position.default(0) });

export const frameList = z
  .object({ frames: z.array(serverFrame) })
  .meta({ id: "FrameList", description: "Frames as a socket would have brought them, in their order." });

/** The same for a client older than its server: each frame is read by itself, and one of an unknown type costs no other. */
export const heardFrameList = z.object({ frames: z.array(z.unknown()) });

/** Commands as on a channel socket, performed in their order. Each is read by itself: one that cannot be read is refused alone. */
export const commandList = z
  .object({ commands: z.array(z.unknown()).min(1).max(limits.commandsPerRequest) })
  .meta({ id: "CommandList" });

export type ChannelPoll = z.infer<typeof channelPoll>;
export type InboxPoll = z.infer<typeof inboxPoll>;
