// The heads of the large channels of a guild: which message is the newest in each.
import * as z from "zod";
import { channelId, guildId, position, roleId, time } from "./ids";

/** Of two heads of one channel, the one with the higher (epochNumber, newest) is newer. */
export const channelHead = z
  .object({
    channel: channelId,
    /** The epoch number of the log. A restore raises it. */
    epochNumber: z.int().min(1),
    /**
     * The seq of the newest message that the channel shows outside of threads, also if it was
     * deleted; 0 if there is none.
     */
    newest: position,
    /** When that message was sent; 0 if there is none. */
    at: time,
    /** The newest message that mentions everyone. Left out if there is none. */
    everyone: position.optional(),
    /** The newest messages that mention roles, by role. Left out if there are none. */
    roles: z.record(roleId, position).optional(),
  })
  .meta({ id: "ChannelHead" });

/**
 * Heads of the large channels of a guild that I may view. `complete`: these are all of them.
 * Otherwise only those that changed.
 */
export const headsFrame = z.object({
  type: z.literal("heads"),
  guild: guildId,
  heads: z.array(channelHead),
  complete: z.boolean(),
});

export type ChannelHead = z.infer<typeof channelHead>;
