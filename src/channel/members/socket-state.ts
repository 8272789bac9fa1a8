import * as z from "zod";
import { position } from "../../protocol";
import { openedSocket } from "../../runtime/identity";

/** What a channel socket carries through hibernation. */
export const channelSocketState = openedSocket.extend({
  /** Whether nobody looks at it. */
  background: z.boolean().default(false),
  /** Whether it has read up to the head and takes part in the broadcast. */
  joined: z.boolean(),
  /** The highest mark set through this socket. */
  read: position,
});

export type ChannelSocketState = z.infer<typeof channelSocketState>;
