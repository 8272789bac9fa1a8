import * as z from "zod";
import { position } from "../../protocol";
import { openedSocket } from "../../runtime/identity";
import { callMembership } from "./call-membership";

/** What a socket of a channel carries through hibernation. */
export const channelSocketState = openedSocket.extend({
  /** Whether the page or app of this device is not visible. */
  background: z.boolean().default(false),
  /** Whether the socket has read up to the head and gets the broadcast. */
  joined: z.boolean(),
  /** Whether the device reads `here.batch`. */
  hereInBatches: z.boolean().default(false),
  /** Whether the device applies `messages.purged`. */
  purges: z.boolean().default(false),
  /** The highest read mark that this socket has set. */
  read: position,
  /** The messages that this socket reported as seen since the states of the members were saved. */
  seen: z.array(position).default([]),
  /** The peer of a call that this socket is; left out if it is none. */
  call: callMembership.optional(),
});

export type ChannelSocketState = z.infer<typeof channelSocketState>;
